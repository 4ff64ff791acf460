"""Fan-out of frames: each is encoded once; every viewer has a small outbox and a window of frames not yet acknowledged.

A full outbox or window never queues and never blocks the others: the viewer is marked as behind and gets one snapshot
when it has caught up (docs: ARCHITECTURE.md, "The edge").
"""

from __future__ import annotations

import asyncio
from collections import deque

OUTBOX_MAX = 8
WINDOW_MAX = 40


class Viewer:
    """One connected browser."""

    def __init__(self, owner: bool) -> None:
        self.owner = owner
        self.behind = True
        self.sent_seq = 0
        self.acked_seq = 0
        self._outbox: deque[str] = deque()
        self._ready = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Frames in the outbox."""
        return len(self._outbox)

    def offer(self, frame: str, seq: int) -> bool:
        """Queue a frame of the stream; False if the viewer cannot take it and is behind from now on."""
        if len(self._outbox) >= OUTBOX_MAX or seq - self.acked_seq > WINDOW_MAX:
            self.behind = True
            return False
        self._put(frame)
        self.sent_seq = seq
        return True

    def tell(self, frame: str) -> None:
        """Queue a message for this viewer alone (an answer, a notice)."""
        if len(self._outbox) < 4 * OUTBOX_MAX:
            self._put(frame)

    def snapshot(self, frame: str, seq: int) -> None:
        """Replace whatever waits by a snapshot."""
        self._outbox.clear()
        self._put(frame)
        self.behind = False
        self.sent_seq = self.acked_seq = seq

    def can_catch_up(self) -> bool:
        """Whether a viewer that is behind has drained enough for a snapshot."""
        return self.behind and not self._outbox

    async def next(self) -> str:
        """The next frame to send."""
        while not self._outbox:
            self._ready.clear()
            await self._ready.wait()
        return self._outbox.popleft()

    def _put(self, frame: str) -> None:
        self._outbox.append(frame)
        self._ready.set()


class Hub:
    """The viewers of one run."""

    def __init__(self) -> None:
        self.viewers: list[Viewer] = []

    def join(self, viewer: Viewer) -> None:
        """A browser connected."""
        self.viewers.append(viewer)

    def leave(self, viewer: Viewer) -> None:
        """A browser went."""
        if viewer in self.viewers:
            self.viewers.remove(viewer)

    def broadcast(self, frame: str, seq: int) -> None:
        """Offer one encoded frame to everybody who is not behind."""
        for viewer in self.viewers:
            if not viewer.behind:
                viewer.offer(frame, seq)

    def behind(self) -> list[Viewer]:
        """The viewers that wait for a snapshot and can take it."""
        return [viewer for viewer in self.viewers if viewer.can_catch_up()]
