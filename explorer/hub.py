"""Fan-out of frames: each is encoded once; every viewer has a small outbox and a window of frames not yet acknowledged.

A full outbox or window never queues and never blocks the others: the viewer is marked as behind and gets one snapshot
when it has acknowledged what it was sent (docs: ARCHITECTURE.md, "The edge"). Acknowledgements are what counts: the
server's `send` never waits, so an empty outbox says nothing about the browser.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

from explorer import metrics

OUTBOX_MAX = 8
WINDOW_MAX = 40
TOLD_MAX = 64
STALLED_S = 60.0
RESUME_EVERY_S = 5.0

CLOSE_STALLED = 1013


class Closing(Exception):
    """The viewer is to be disconnected, with this close code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Viewer:
    """One connected browser."""

    def __init__(self, owner: bool) -> None:
        self.owner = owner
        self.behind = True
        self.sent_seq = 0
        self.acked_seq = 0
        self.close_code = 0
        self._behind_since = time.monotonic()
        self._snapshot_at = 0.0
        self._snapshot_seq = 0
        self._outbox: deque[str] = deque()
        self._told: deque[str] = deque()
        self._ready = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Frames in the outbox."""
        return len(self._outbox)

    @property
    def stalled(self) -> bool:
        """Whether it has been behind for so long that it will not catch up."""
        return self.behind and time.monotonic() - self._behind_since > STALLED_S

    def offer(self, frame: str, seq: int) -> bool:
        """Queue a frame of the stream; False if the viewer cannot take it and is behind from now on."""
        if len(self._outbox) >= OUTBOX_MAX or seq - self.acked_seq > WINDOW_MAX:
            self._fall_behind()
            return False
        self._put(frame)
        self.sent_seq = seq
        return True

    def acknowledge(self, seq: int) -> None:
        """The browser has drawn everything up to a frame."""
        self.acked_seq = max(self.acked_seq, min(seq, self.sent_seq))

    def tell(self, frame: str) -> None:
        """Queue a message for this viewer alone (an answer, a notice)."""
        if len(self._told) < TOLD_MAX:
            self._told.append(frame)
            self._ready.set()

    def snapshot(self, frame: str, seq: int) -> None:
        """Replace whatever waits by a snapshot."""
        self._outbox.clear()
        self._put(frame)
        self.behind = False
        self.sent_seq, self.acked_seq = seq, seq - 1
        self._snapshot_at, self._snapshot_seq = time.monotonic(), seq

    def can_catch_up(self) -> bool:
        """Whether a viewer that is behind has drawn what it was sent, so that a snapshot will not pile up."""
        return self.behind and not self._outbox and self.acked_seq >= self.sent_seq

    def resume(self) -> bool:
        """The browser saw a gap or has come back: it gets a snapshot, unless it has not yet drawn the last one."""
        on_its_way = self.acked_seq < self._snapshot_seq and time.monotonic() - self._snapshot_at < RESUME_EVERY_S
        if on_its_way:
            return False
        self._fall_behind()
        self.acked_seq = self.sent_seq
        self._outbox.clear()
        return True

    def begin_again(self) -> None:
        """Another epoch: what was sent before does not count any more."""
        self._fall_behind()
        self.sent_seq = self.acked_seq = self._snapshot_seq = 0
        self._outbox.clear()

    def close(self, code: int) -> None:
        """Disconnect once everything is sent."""
        self.close_code = code
        self._ready.set()

    async def next(self) -> str:
        """The next frame to send; raises `Closing` when the viewer is to go."""
        while not (self._outbox or self._told):
            if self.close_code:
                raise Closing(self.close_code)
            self._ready.clear()
            await self._ready.wait()
        return self._told.popleft() if self._told else self._outbox.popleft()

    def _fall_behind(self) -> None:
        if not self.behind:
            self.behind = True
            self._behind_since = time.monotonic()
            metrics.SNAPSHOTS_OWED.inc()

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
        metrics.FRAMES.inc()
        for viewer in self.viewers:
            if not viewer.behind:
                viewer.offer(frame, seq)

    def behind(self) -> list[Viewer]:
        """The viewers that wait for a snapshot and can take it."""
        return [viewer for viewer in self.viewers if viewer.can_catch_up()]

    def close_stalled(self) -> None:
        """Disconnect those that have stopped reading; they may come back."""
        for viewer in self.viewers:
            if viewer.stalled:
                viewer.close(CLOSE_STALLED)
