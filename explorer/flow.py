"""Whether a client takes what it is sent: what a long answer asks before it writes more; and a pause for one that sends too much.

ASGI's `send` never waits in daphne, so an application that only awaits it fills the server's memory for a client that does
not read. Twisted says when the buffer of a connection is full (64 KiB) and when it has drained.
"""

from __future__ import annotations

import asyncio
from typing import Any

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

# Where a scope has its Flow; under another server it has none, and `send` waits by itself.
FLOW = "orrery.flow"


@implementer(IPushProducer)
class Flow:
    """The sending side of one request or stream."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._open: asyncio.Event | None = None

    def begin(self) -> None:
        """From now on the connection tells when it is full."""
        if self._open is None:
            self._open = asyncio.Event()
            self._open.set()
            self._register()

    def end(self) -> None:
        """The answer is over, or about to be."""
        if self._open is not None:
            self._open.set()
            self._open = None
            self._unregister()

    async def ready(self, patience_s: float) -> bool:
        """Wait until there is room; False if the client has not read for so long."""
        if self._open is None or self._open.is_set():
            return True
        try:
            await asyncio.wait_for(self._open.wait(), patience_s)
        except TimeoutError:
            return False
        return True

    def hold(self) -> None:
        """Take nothing more from the client until `release`: what it has sent waits for its turn."""
        self._transport("pauseProducing")

    def release(self) -> None:
        """Go on reading."""
        self._transport("resumeProducing")

    def _transport(self, what: str) -> None:
        transport = getattr(self._protocol, "transport", None)
        if transport is not None:
            getattr(transport, what)()

    def abort(self) -> None:
        """Hang up on a client that does not read: nothing more can be said to it."""
        channel = getattr(self._protocol, "channel", None)
        transport = getattr(channel, "transport", None) or getattr(self._protocol, "transport", None)
        if transport is not None:
            transport.abortConnection()

    def pauseProducing(self) -> None:
        """The buffer is full."""
        if self._open is not None:
            self._open.clear()

    def resumeProducing(self) -> None:
        """The buffer has drained."""
        if self._open is not None:
            self._open.set()

    def stopProducing(self) -> None:
        """The connection is gone."""
        self.resumeProducing()

    def _register(self) -> None:
        if _is_stream(self._protocol):
            # The HTTP channel that the WebSocket came over is still registered, and would only stop reading.
            self._protocol.transport.unregisterProducer()
            self._protocol.transport.registerProducer(self, True)
        elif getattr(self._protocol, "channel", None) is not None:
            self._protocol.registerProducer(self, True)

    def _unregister(self) -> None:
        if _is_stream(self._protocol):
            self._protocol.transport.unregisterProducer()
        elif getattr(self._protocol, "channel", None) is not None:
            self._protocol.unregisterProducer()


def _is_stream(protocol: Any) -> bool:
    return getattr(protocol, "application_type", "") == "websocket"
