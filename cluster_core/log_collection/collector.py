"""fluent-bit on a node: reads the log files of the node's containers from where it was, and sends what is new to the store.

Its place in every file is in a database on the node's disk, so that it goes on where it was after a restart; lines count as read once the
store has taken them. What is in a file that is removed is read at the last moment, and kept in memory. It wakes only when something was
written. Upstream: fluent-bit `plugins/in_tail`, `plugins/out_http`, `src/flb_scheduler.c`. Real fluent-bit waits a random time that grows
between two tries; here the wait doubles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from cluster_core.log_collection.line import LogRecord, written
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import Message, Process, TopologyChanged
from cluster_core.sim.shelf import Shelf

FLUSH_US = US_PER_SECOND
RETRY_US, RETRY_MAX_US = 5 * US_PER_SECOND, 300 * US_PER_SECOND
BATCH_MAX, KEPT_MAX = 1_000, 5_000


class Node(Protocol):
    """The node as its collector sees it."""

    def lines(self, places: dict[str, int], limit: int) -> list[LogRecord]:
        """At most `limit` lines of files on the disk from the given places on (by container start), file by file."""

    def post(self, data: bytes) -> bool:
        """Send lines to the store from the collector's pod; whether it took them."""


class Flush(Message):
    """Time to send what is new. Alarms from before a crash are of an older `epoch`."""

    __slots__ = ("epoch",)
    handler = "on_flush"

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch


class FluentBit(Process):
    """The process `fluent-bit/<node>`. `places`: the next line of each file; `kept`: lines of files that are gone."""

    def __init__(self, sim: Any, name: str, node: Node) -> None:
        super().__init__(sim, f"fluent-bit/{name}", name)
        self.down = True
        self.node = node
        self.places: Shelf[str, int] = Shelf()
        self.kept: list[LogRecord] = []
        self.epoch = self.sent = 0
        self.wait = RETRY_US
        self.due: int | None = None

    def noted(self, at: int) -> None:
        """Something was, or will be, written at `at` (µs): flush at the next beat after it."""
        if self.down:
            return
        beat = -(-(max(at, self.sim.now) + 1) // FLUSH_US) * FLUSH_US
        if self.due is None or (self.wait == RETRY_US and beat < self.due):
            self._flush_at(beat)

    def removed(self, records: Iterable[LogRecord], starts: Iterable[str]) -> None:
        """Files are removed: take what was not read of them; forget their places."""
        if not self.down:
            fresh = [record for record in records if record.number >= self.places.get(record.start, 0)]
            self.kept = [*self.kept, *fresh][-KEPT_MAX:]
            if fresh:
                self.noted(self.sim.now)
        for start in starts:
            self.places.pop(start, None)

    def on_flush(self, message: Flush) -> None:
        """Send; what the store does not take stays where it is."""
        if message.epoch != self.epoch or self.due is None or self.due > self.sim.now:
            return
        self.due = None
        kept = self.kept[:BATCH_MAX]
        fresh = self.node.lines(self.places, BATCH_MAX - len(kept))
        if not kept and not fresh:
            return
        if self.node.post(written([*kept, *fresh])):
            self._sent(kept, fresh)
        else:
            self.record("fluent-bit.not-sent", object=f"node/{self.host}", lines=len(kept) + len(fresh), wait=self.wait)
            self._flush_at(self.sim.now + self.wait)
            self.wait = min(2 * self.wait, RETRY_MAX_US)

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """A fault began or ended: what waits is tried again."""
        if self.due is not None:
            self._flush_at(self.sim.now + FLUSH_US)

    def crash(self) -> None:
        """The program ends: what it had in memory is lost, its database stays."""
        super().crash()
        self.epoch += 1
        self.kept, self.due, self.wait = [], None, RETRY_US

    def restart(self) -> None:
        """Begin where it was."""
        super().restart()
        self.noted(self.sim.now)

    def _sent(self, kept: list[LogRecord], fresh: list[LogRecord]) -> None:
        self.kept = self.kept[len(kept) :]
        for record in fresh:
            self.places[record.start] = record.number + 1
        self.sent += len(kept) + len(fresh)
        self.wait = RETRY_US
        if len(kept) + len(fresh) == BATCH_MAX:
            self.noted(self.sim.now)

    def _flush_at(self, at: int) -> None:
        self.due = at
        self.alarm(at, Flush(self.epoch))
