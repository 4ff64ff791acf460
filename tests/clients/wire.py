"""A client without a client library: HTTP over TLS by a kubeconfig, lines of watches, WebSockets, protobuf bodies."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 60
PROTOBUF = "application/vnd.kubernetes.protobuf"
TYPED = f"{PROTOBUF},application/json"


@dataclass
class Answer:
    """What came back."""

    code: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Wire:
    """Somebody with a kubeconfig."""

    def __init__(self, kubeconfig: str, agent: str) -> None:
        config = yaml.safe_load(kubeconfig)
        cluster = config["clusters"][0]["cluster"]
        self.address = urlsplit(cluster["server"])
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self.context = ssl.create_default_context(cadata=authority)
        self.headers = {"User-Agent": agent, "Authorization": f"Bearer {config['users'][0]['user']['token']}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; `body` is sent as it is if it is bytes, else as JSON."""
        connection, answer = self._sent(method, path, body, headers)
        found = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def watched(self, path: str, **headers: str) -> Iterator[Any]:
        """The events of a watch, until the server ends it or the reader does."""
        connection, answer = self._sent("GET", path, None, headers)
        try:
            assert answer.status == 200, answer.read()
            while line := answer.readline():
                yield json.loads(line)
        finally:
            connection.close()

    def socket(self, path: str, origin: str, **more: Any) -> ClientConnection:
        """A WebSocket, as a browser or a Go dialer opens it."""
        address = f"wss://{self.address.netloc}{self.address.path}{path}"
        headers = {name: value for name, value in self.headers.items() if name != "User-Agent"}
        return connect(
            address, ssl=self.context, additional_headers=headers, origin=origin, open_timeout=PATIENCE_S, **more
        )

    def _sent(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPSConnection(
            str(self.address.hostname), self.address.port, timeout=PATIENCE_S, context=self.context
        )
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, self.address.path + path, data, given)
        return connection, connection.getresponse()


def protobuf(api_version: str, kind: str, message: bytes) -> bytes:
    """A body as typed Go clients send it. Upstream: apimachinery `pkg/runtime/serializer/protobuf`."""
    meta = field(1, api_version) + field(2, kind)
    return b"k8s\0" + field(1, meta) + field(2, message)


def field(number: int, value: str | bytes) -> bytes:
    """One field that has a length."""
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def mapping(number: int, entries: dict[str, Any]) -> bytes:
    """A map with text keys."""
    return b"".join(field(number, field(1, name) + field(2, value)) for name, value in entries.items())


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
