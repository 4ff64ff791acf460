"""The log of a container as text, followed as virtual time goes on. Upstream: `pkg/registry/core/pod/rest/log.go`.

Nothing is buffered for a client: what it has not been sent yet is in the log, and who reads so late that it is gone there misses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cluster_core.api.errors import ApiError
from cluster_core.api.place import Place
from cluster_core.cluster.logs import Log
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import STALLED_S, Exchange
from explorer.kubeapi.streams import log_options
from explorer.kubeapi.streams.log_options import LogOptions, LogText
from explorer.kubeapi.streams.places import Lifetime, place
from explorer.live import LiveRun

PLAIN = "text/plain"
PIECE_BYTES = 32 * 1024
# How often a log is looked at while its run goes on.
LOOK_S = 0.05


async def serve(exchange: Exchange, visitor: Visitor, where: Place, tell: Callable[[int], None]) -> None:
    """Answer with a log; `tell` is called when a followed one begins. Raises 400 or 404 in upstream's words when there is none."""
    live = visitor.live
    options = log_options.read(exchange, live.cluster.now)
    follower = Follower(live, where, options)
    data = follower.first()
    if not options.follow:
        await exchange.answer(200, data, PLAIN)
        return
    with place(live):
        tell(200)
        await exchange.start(200, PLAIN, {})
        await _follow(exchange, follower, data)


class Follower:
    """A place in the log of one start of a container."""

    def __init__(self, live: LiveRun, where: Place, options: LogOptions) -> None:
        self.live, self._where, self._options = live, where, options
        self._text = LogText(options)
        self._epoch, self._generation = live.epoch, live.clients.generation
        self._next = 0
        self._id = ""
        self.ended = False

    def first(self) -> bytes:
        """What there is. Raises ApiError if there is no log."""
        log = self._log()
        self._id, self._next = log.container_id, log.next
        data = self._text.first(log.lines)
        self.ended = log.ended or self._text.full
        return data

    def more(self) -> bytes:
        """What has come since; `ended` afterwards if that was all: the container has ended, or the run was moved elsewhere."""
        log = self._same()
        if log is None:
            self.ended = True
            return b""
        self._next = log.next
        data = self._text.more(log.lines)
        self.ended = log.ended or self._text.full
        return data

    def _same(self) -> Log | None:
        """The log that was begun with, None if it is not there any more."""
        live = self.live
        if live.epoch != self._epoch or live.clients.generation != self._generation:
            return None
        try:
            log = self._log()
        except ApiError:
            # The pod is gone, its node is down, or another container of that name is about to start.
            return None
        return log if log.container_id == self._id else None

    def _log(self) -> Log:
        world, where, options = self.live.cluster.world, self._where, self._options
        return world.container_log(where.namespace, where.name, options.container, options.previous, self._next)


async def _follow(exchange: Exchange, follower: Follower, data: bytes) -> None:
    flow, live, lifetime = exchange.flow, follower.live, Lifetime()
    gone = asyncio.ensure_future(_hung_up(exchange))
    if flow is not None:
        flow.begin()
    try:
        # The head goes out at once: clients wait for it.
        await exchange.write(b"", more=True)
        while not gone.done():
            pulse = live.clients.pulse()
            for start in range(0, len(data), PIECE_BYTES):
                await exchange.write(data[start : start + PIECE_BYTES], more=True)
                if flow is not None and not await flow.ready(STALLED_S):
                    flow.abort()
                    return
            if follower.ended or not lifetime.left():
                await exchange.write(b"", more=False)
                return
            await asyncio.wait([pulse, gone], timeout=lifetime.left(), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(LOOK_S)
            await live.settled()
            data = follower.more()
            if data:
                lifetime.touch()
    finally:
        gone.cancel()
        if flow is not None:
            flow.end()


async def _hung_up(exchange: Exchange) -> None:
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
