"""One HTTP request to a run's Kubernetes API and its answer, over ASGI: headers, query, body with limits, Status objects."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from cluster_core.api.errors import ApiError, bad_request, too_large
from explorer.flow import FLOW, Flow
from explorer.security import BODY_MAX, client_address

JSON = "application/json"
ADDRESS_MAX = 16 * 1024
QUERY_FIELDS_MAX = 1000
AGENT_MAX = 200
SHOWN_PATH_MAX = 400

# A larger answer is not put into the connection's buffer at once: a client that does not read it would keep it there.
POURED_BYTES, PIECE_BYTES = 256 * 1024, 128 * 1024
# A client that does not read for so long is hung up on.
STALLED_S = 60.0
# Addresses may be secrets, and what a browser makes of an answer is never a page.
HEADERS = {
    "Cache-Control": "no-cache, private",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Gone(Exception):
    """The client has hung up before its request was whole."""


class Exchange:
    """A request and its answer. `path` is what comes after the run's address, still percent-encoded, beginning with "/"."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send, path: str) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.path = path
        self.method: str = scope.get("method", "GET")
        self.code = 0
        self.begun = time.monotonic()
        self.warnings: tuple[str, ...] = ()
        self._headers: dict[str, list[str]] = {}
        for name, value in scope.get("headers", ()):
            self._headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        self.query: dict[str, list[str]] = {}

    def read_query(self) -> None:
        """Take the query apart. Raises 400 or 414."""
        self.query = _query(self.scope.get("query_string", b""))

    @property
    def flow(self) -> Flow | None:
        """Whether the client takes what it is sent; None under a server whose `send` waits by itself."""
        found: Flow | None = self.scope.get(FLOW)
        return found

    @property
    def agent(self) -> str:
        """The client's User-Agent."""
        return printable(self.header("user-agent"))[:AGENT_MAX]

    @property
    def address(self) -> str:
        """The visitor's address."""
        headers = {name: values[-1] for name, values in self._headers.items()}
        return client_address(headers, (self.scope.get("client") or ["", 0])[0] or "")

    @property
    def shown_path(self) -> str:
        """The path and the query, for the eyes of viewers."""
        query = self.scope.get("query_string", b"").decode("latin-1")
        return printable(self.path + (f"?{query}" if query else ""))[:SHOWN_PATH_MAX]

    def header(self, name: str) -> str:
        """A header, several of one name joined, "" if there is none."""
        return ", ".join(self._headers.get(name, ()))

    def headers(self) -> Iterable[tuple[str, list[str]]]:
        """Every header by its lower-case name."""
        return self._headers.items()

    def text(self, name: str) -> str:
        """The first value of a query parameter, or ""."""
        return self.query.get(name, [""])[0]

    def flag(self, name: str) -> bool:
        """A query parameter that is set, as upstream reads it: everything but "false" and "0" is true, also nothing."""
        values = self.query.get(name)
        return values is not None and values[0].lower() not in ("false", "0")

    def number(self, name: str) -> int | None:
        """A query parameter that is a number. Raises 400 in upstream's words."""
        text = self.text(name)
        if not text:
            return None
        digits = text[1:] if text[0] in "+-" else text
        if not digits.isascii() or not digits.isdigit():
            raise bad_request(f"strconv.ParseInt: parsing {_quoted(text)}: invalid syntax")
        if len(digits) > 18:
            raise bad_request(f"strconv.ParseInt: parsing {_quoted(text)}: value out of range")
        return int(text)

    async def body(self) -> bytes:
        """The whole body. Raises 413 when it is larger than 3 MiB."""
        if self.header("content-encoding") not in ("", "identity"):
            raise ApiError(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - compressed bodies are not accepted",
            )
        parts, total, more = [], 0, True
        while more:
            message = await self.receive()
            if message["type"] != "http.request":
                raise Gone
            parts.append(message.get("body", b""))
            total += len(parts[-1])
            if total > BODY_MAX:
                raise too_large(f"Request entity too large: limit is {BODY_MAX}")
            more = message.get("more_body", False)
        return b"".join(parts)

    async def start(self, code: int, content_type: str, headers: dict[str, str]) -> None:
        """Send the head of the answer."""
        self.code = code
        found = {"Content-Type": content_type, **HEADERS, **headers}
        listed = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found.items()]
        listed += [(b"Warning", _warning(text)) for text in self.warnings]
        await self.send({"type": "http.response.start", "status": code, "headers": listed})

    async def write(self, data: bytes, more: bool) -> None:
        """Send a part of the answer's body."""
        await self.send({"type": "http.response.body", "body": data, "more_body": more})

    async def answer(
        self, code: int, body: bytes, content_type: str = JSON, headers: dict[str, str] | None = None
    ) -> None:
        """Send a whole answer; a large one as fast as the client takes it."""
        await self.start(code, content_type, {**(headers or {}), "Content-Length": str(len(body))})
        if self.method == "HEAD":
            await self.write(b"", more=False)
        elif self.flow is None or len(body) <= POURED_BYTES:
            await self.write(body, more=False)
        elif await self._pour(self.flow, body):
            await self.write(b"", more=False)

    async def _pour(self, flow: Flow, body: bytes) -> bool:
        """Send a body in pieces; False if the client has stopped reading and was hung up on."""
        flow.begin()
        try:
            for start in range(0, len(body), PIECE_BYTES):
                await self.write(body[start : start + PIECE_BYTES], more=True)
                if not await flow.ready(STALLED_S):
                    flow.abort()
                    return False
        finally:
            flow.end()
        return True

    async def fail(self, error: ApiError) -> None:
        """Answer with a Status."""
        await self.answer(error.code, msgspec.json.encode(error.status()), headers=retry_after(error.details))


def retry_after(details: dict[str, Any]) -> dict[str, str]:
    """The header of a failure that may pass, from the details of its Status."""
    seconds = details.get("retryAfterSeconds")
    return {"Retry-After": str(seconds)} if seconds else {}


def printable(text: str) -> str:
    """Without what a terminal or a page might take for something else than text."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:4096])


def _query(raw: bytes) -> dict[str, list[str]]:
    if len(raw) > ADDRESS_MAX:
        raise ApiError(414, "RequestURITooLong", f"the query is longer than {ADDRESS_MAX} bytes")
    try:
        text = raw.decode("ascii")
        return parse_qs(text, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX, errors="strict")
    except (ValueError, UnicodeError) as error:
        raise bad_request("the query of the request cannot be read") from error


def _quoted(text: str) -> str:
    return msgspec.json.encode(text[:100].encode(errors="replace").decode()).decode()


def _warning(text: str) -> bytes:
    """RFC 7234 `warn-code warn-agent warn-text`, as upstream's apimachinery `util/net/http.go` writes it."""
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'299 - "{escaped}"'.encode()
