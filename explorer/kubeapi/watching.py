"""Watches: a stream of events from the history of the run's API server, as lines over HTTP or frames over a WebSocket.

Nothing is buffered for a client: what it has not been sent yet is in the history, and who reads too slowly finds there that it
is too late (410 Expired, as upstream says it). Upstream: apiserver `endpoints/handlers/watch.go`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from django.conf import settings

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.tap import Tap
from explorer import metrics
from explorer.kubeapi import answers, encodings, tokens
from explorer.kubeapi.clients import Encoded
from explorer.kubeapi.exchange import STALLED_S, Exchange
from explorer.kubeapi.representation import Representation
from explorer.live import LiveRun

# Upstream's `--min-request-timeout`: a watch without a limit of its own ends after 30 to 60 minutes there, after 5 to 10 here.
LIFE_S = (300.0, 600.0)
LIFE_MAX_S = 3600.0
BOOKMARK_S = 60.0
PIECE_BYTES = 32 * 1024
SUBPROTOCOLS = ("base64.binary.k8s.io", "binary.k8s.io")


class Watching:
    """One open watch. `pieces` are what it sends, a few events at a time; `limit` is the client's timeoutSeconds."""

    def __init__(self, live: LiveRun, kind: Kind, request: Request, form: Representation, limit: int | None) -> None:
        self.live, self._kind, self._form = live, kind, form
        self._tap = Tap(lambda: live.cluster.world.apiserver, request)
        life = random.uniform(*LIFE_S) if not limit or limit < 0 else min(limit, LIFE_MAX_S)
        self._ends = time.monotonic() + life
        self._bookmark_at = time.monotonic() + BOOKMARK_S
        self._generation = live.clients.generation
        self._told_columns = False

    async def pieces(self, gone: asyncio.Future[Any]) -> AsyncIterator[list[bytes]]:
        """Encoded events, until the watch ends or the client is `gone`."""
        clients = self.live.clients
        while not gone.done() and clients.generation == self._generation:
            news = clients.news(self._tap.resource)
            for piece in self._pieces(self._tap.poll()):
                yield piece
            if self._tap.ended or time.monotonic() >= self._ends:
                break
            if self._tap.bookmarks and time.monotonic() >= self._bookmark_at:
                self._bookmark_at = time.monotonic() + BOOKMARK_S
                yield [self._encoded(*self._tap.bookmark())]
            if not news.done():
                rest = min(self._ends, self._bookmark_at) - time.monotonic()
                await asyncio.wait([news, gone], timeout=max(rest, 0.01), return_when=asyncio.FIRST_COMPLETED)
                await self.live.settled()
        if self._tap.bookmarks and not self._tap.ended and not gone.done():
            yield [self._encoded(*self._tap.bookmark())]

    def _pieces(self, events: list[tuple[str, Obj]]) -> Any:
        """Events encoded in pieces of about 32 KiB: between two of them the client may be waited for."""
        piece: list[bytes] = []
        size = 0
        for event in events:
            piece.append(self._encoded(*event))
            size += len(piece[-1])
            if size >= PIECE_BYTES:
                yield piece
                piece, size = [], 0
        if piece:
            yield piece

    def _encoded(self, event: str, obj: Obj) -> bytes:
        if event == "ERROR" or (event == "BOOKMARK" and not self._form.transform):
            return answers.encoded({"type": event, "object": obj}, answers.PLAIN)
        obj = tokens.outgoing(self.live.id, obj)
        if not self._form.transform:
            return b'{"type":"%s","object":%s}' % (event.encode(), encodings.of(obj))
        columns = self._form.transform == "Table" and not self._told_columns
        self._told_columns = self._told_columns or columns
        # Ages in cells move with the clock.
        second = self.live.cluster.now // 1_000_000
        key = id(obj), event, self._form, columns, second
        shared: Encoded = self.live.clients.encoded
        found = shared.get(key, obj)
        if found is None:
            shown = answers.shown(self._kind, obj, self._form, self.live.cluster.now, columns)
            found = answers.encoded({"type": event, "object": shown}, answers.PLAIN)
            shared.put(key, obj, found)
        return found


async def serve_lines(exchange: Exchange, watching: Watching) -> None:
    """A watch over HTTP: one JSON object a line, until it ends."""

    async def send(piece: list[bytes]) -> None:
        await exchange.write(b"".join(line for event in piece for line in (event, b"\n")), more=True)

    with _place(watching.live):
        await exchange.start(200, "application/json", {})
        # The head goes out at once: clients wait for it before they look for events.
        await exchange.write(b"", more=True)
        if await _stream(exchange, watching, "http.disconnect", send):
            await exchange.write(b"", more=False)


async def serve_frames(exchange: Exchange, watching: Watching) -> None:
    """A watch over a WebSocket: one event a frame, as text, or base64 for who offers that."""
    offered = exchange.scope.get("subprotocols") or []
    chosen = next((name for name in SUBPROTOCOLS if name in offered), None)

    async def send(piece: list[bytes]) -> None:
        for event in piece:
            await exchange.send(_frame(event, chosen))

    with _place(watching.live):
        exchange.code = 101
        await exchange.send({"type": "websocket.accept", "subprotocol": chosen})
        if await _stream(exchange, watching, "websocket.disconnect", send):
            await exchange.send({"type": "websocket.close", "code": 1000})


async def _stream(
    exchange: Exchange, watching: Watching, hang_up: str, send: Callable[[list[bytes]], Awaitable[None]]
) -> bool:
    """Send the pieces of a watch as fast as the client takes them; whether it is still there at the end."""
    gone = asyncio.ensure_future(_until(exchange, hang_up))
    flow = exchange.flow
    try:
        if flow is not None:
            flow.begin()
        async for piece in watching.pieces(gone):
            await send(piece)
            if flow is not None and not await flow.ready(STALLED_S):
                flow.abort()
                return False
        return not gone.done()
    finally:
        gone.cancel()
        if flow is not None:
            flow.end()


def _frame(event: bytes, chosen: str | None) -> dict[str, Any]:
    if chosen == "binary.k8s.io":
        return {"type": "websocket.send", "bytes": event}
    text = base64.b64encode(event).decode() if chosen else event.decode()
    return {"type": "websocket.send", "text": text}


@contextlib.contextmanager
def _place(live: LiveRun) -> Iterator[None]:
    """A place among the run's watches. Raises 429."""
    if live.clients.watches >= settings.WATCHES_PER_RUN:
        words = f"Too many requests, please try again later. At most {settings.WATCHES_PER_RUN} watches of a run may be open."
        raise ApiError(429, "TooManyRequests", words, {"retryAfterSeconds": 5})
    live.clients.watches += 1
    metrics.WATCHES.inc()
    try:
        yield
    finally:
        live.clients.watches -= 1
        metrics.WATCHES.dec()
        live.used = time.monotonic()


async def _until(exchange: Exchange, kind: str) -> None:
    """Wait for the client to hang up; what it says meanwhile is of no interest."""
    while (await exchange.receive())["type"] != kind:
        pass
