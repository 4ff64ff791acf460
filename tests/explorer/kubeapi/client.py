"""A client of a run's Kubernetes API inside the test process: raw ASGI, the bytes of the path as given."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import yaml

from explorer.asgi import application
from tests.explorer.conftest import Api

PATIENCE_S = 30


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


class Line:
    """One request whose answer is read as it comes."""

    def __init__(self, scope: dict[str, Any], body: bytes = b"") -> None:
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Any] = asyncio.Queue()
        if scope["type"] == "http":
            self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
        else:
            self.incoming.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(application(scope, self.incoming.get, self.outgoing.put))
        self._rest = b""

    async def next(self) -> Any:
        """The next message of the application."""
        getting = asyncio.ensure_future(self.outgoing.get())
        done, _ = await asyncio.wait([getting, self.task], timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        assert done, "nothing came"
        if getting in done:
            return getting.result()
        self.task.result()
        getting.cancel()
        return None if self.outgoing.empty() else self.outgoing.get_nowait()

    async def event(self) -> Any:
        """The next line of a watch, None at its end."""
        while b"\n" not in self._rest:
            message = await self.next()
            if message is None or not message.get("more_body", False):
                return None
            self._rest += message["body"]
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)

    async def whole(self) -> Answer:
        """The whole answer."""
        head = await self.next()
        assert head["type"] == "http.response.start", head
        headers: dict[str, str] = {}
        for name, value in head["headers"]:
            headers[name.decode().lower()] = value.decode()
        body, more = b"", True
        while more:
            message = await self.next()
            body, more = body + message["body"], message.get("more_body", False)
        await asyncio.wait_for(self.task, PATIENCE_S)
        return Answer(head["status"], headers, body)

    async def hang_up(self, kind: str = "http.disconnect") -> None:
        """The client goes."""
        self.incoming.put_nowait({"type": kind, "code": 1000})
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(self.task, PATIENCE_S)


class Kube:
    """A program with a kubeconfig."""

    def __init__(self, prefix: str, token: str = "") -> None:
        self.prefix = prefix
        self.token = token

    def scope(self, method: str, path: str, headers: dict[str, str], kind: str = "http") -> dict[str, Any]:
        """The ASGI scope of a request."""
        given = {"host": "testserver", **({"authorization": f"Bearer {self.token}"} if self.token else {}), **headers}
        raw, _, query = (self.prefix + path).partition("?")
        return {
            "type": kind,
            "method": method,
            "path": raw,
            "raw_path": raw.encode("latin-1", errors="replace"),
            "query_string": query.encode("latin-1", errors="replace"),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given.items()],
            "client": ["127.0.0.1", 1],
            "subprotocols": [],
        }

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; a body that is no bytes is sent as JSON. Header names are written with _ for -."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return await Line(self.scope(method, path, given), data).whole()

    async def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return await self.ask("GET", path, **headers)

    @contextlib.asynccontextmanager
    async def watch(self, path: str, **headers: str) -> AsyncIterator[Line]:
        """An open watch, its head read."""
        line = Line(self.scope("GET", path, {name.replace("_", "-"): value for name, value in headers.items()}))
        head = await line.next()
        assert head["status"] == 200, head
        yield line
        await line.hang_up()


async def kubeconfig(api: Api, run_id: str, variant: str = "http") -> dict[str, Any]:
    """A new kubeconfig of a run."""
    answer = await api.get(f"runs/{run_id}/kubeconfig/?variant={variant}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = yaml.safe_load(answer.content)
    return found


async def kube(api: Api, run_id: str) -> Kube:
    """A client of a run by its secret path: this process serves no TLS."""
    server: str = (await kubeconfig(api, run_id))["clusters"][0]["cluster"]["server"]
    return Kube("/k8s-open/" + server.rpartition("/")[2])
