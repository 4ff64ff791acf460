"""The port-forward of kubectl: SPDY/3.1 inside a WebSocket. Each connection is a pair of streams, for data and for what goes wrong.

Upstream: apimachinery `util/portforward`, kubelet `cri-streaming/portforward/httpstream.go`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from explorer.kubeapi.streams import spdy
from explorer.kubeapi.streams.forwarded import Forwarded, Write

PAIRS_MAX = 64
PIECE_BYTES = 16 * 1024


@dataclass(slots=True)
class Pair:
    """The two streams of a connection; it is opened when both are there."""

    error: int = 0
    data: int = 0
    connection: Forwarded | None = None
    task: asyncio.Task[None] | None = None
    finished: bool = False


class Tunnel:
    """What a client says in SPDY, and the answers. `open_port` makes the connection to a port."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]], open_port: Callable[[int, Write], Forwarded]) -> None:
        self._send, self._open_port = send, open_port
        self._reader, self._writer = spdy.Reader(), spdy.Writer()
        self._pairs: dict[str, Pair] = {}
        self._last = 0
        self.failure: BaseException | None = None
        self.ended = asyncio.Event()

    def begin(self) -> None:
        """The connection is accepted: the client speaks first."""

    async def take(self, message: dict[str, Any]) -> None:
        """A frame of the client, which may hold any part of SPDY's frames. Raises SpdyError."""
        for frame in self._reader.feed(message.get("bytes") or b""):
            match frame.kind:
                case spdy.DATA:
                    await self._data(frame)
                case spdy.SYN_STREAM:
                    await self._syn(frame)
                case spdy.RST_STREAM:
                    self._reset(frame.stream)
                case spdy.PING:
                    await self._send(spdy.ping(frame.number))
                case spdy.GOAWAY:
                    self.ended.set()

    async def close(self) -> None:
        """The client is gone, or is to go."""
        tasks = [pair.task for pair in self._pairs.values() if pair.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _syn(self, frame: spdy.Frame) -> None:
        if frame.stream <= self._last or not frame.stream % 2:
            raise spdy.SpdyError(f"stream {frame.stream} after stream {self._last}")
        self._last = frame.stream
        kind, port = frame.headers.get("streamtype", ""), frame.headers.get("port", "")
        # Old clients name no request: a pair is an error stream and the data stream after it.
        name = frame.headers.get("requestid") or str(frame.stream if kind == "error" else frame.stream - 2)
        known = self._pairs.get(name)
        valid = kind in ("error", "data") and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536
        taken = known is not None and bool(known.error if kind == "error" else known.data)
        if not valid or taken or (known is None and len(self._pairs) >= PAIRS_MAX):
            await self._send(spdy.rst_stream(frame.stream, spdy.REFUSED_STREAM))
            return
        pair = self._pairs.setdefault(name, Pair())
        setattr(pair, kind, frame.stream)
        await self._send(self._writer.syn_reply(frame.stream))
        if pair.error and pair.data:
            self._begin(name, pair, int(port))

    def _begin(self, name: str, pair: Pair, port: int) -> None:
        async def write(data: bytes, fin: bool) -> None:
            for start in range(0, len(data), PIECE_BYTES):
                piece = data[start : start + PIECE_BYTES]
                await self._send(spdy.data(pair.data, piece, fin and start + PIECE_BYTES >= len(data)))
            if fin and not data:
                await self._send(spdy.data(pair.data, b"", True))
            pair.finished = pair.finished or fin

        pair.connection = self._open_port(port, write)
        pair.task = asyncio.ensure_future(self._carry(name, pair))

    async def _carry(self, name: str, pair: Pair) -> None:
        assert pair.connection is not None
        try:
            words = await pair.connection.run()
        except Exception as error:
            self.failure = error
            self.ended.set()
            return
        del self._pairs[name]
        if words:
            await self._send(spdy.data(pair.error, words.encode()))
        if not pair.finished:
            await self._send(spdy.data(pair.data, b"", True))
        await self._send(spdy.data(pair.error, b"", True))

    async def _data(self, frame: spdy.Frame) -> None:
        for pair in self._pairs.values():
            if pair.data == frame.stream and pair.connection is not None:
                await pair.connection.feed(frame.data, frame.fin)
                return

    def _reset(self, stream: int) -> None:
        for name, pair in list(self._pairs.items()):
            if stream in (pair.data, pair.error):
                del self._pairs[name]
                if pair.task is not None:
                    pair.task.cancel()
