"""The kernel: integer microseconds, FIFO order inside a tick, a cause on every event.

An event is numbered when it runs; what it schedules carries that number as its cause, so every cause is smaller than its
effect and the chain ends at a user command, a fault or the start (number 0). The engine knows nothing of Kubernetes.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from cluster_core.sim.limits import LimitExceeded

if TYPE_CHECKING:
    from cluster_core.sim.links import Links
    from cluster_core.sim.process import Process
    from cluster_core.sim.rng import Streams
    from cluster_core.sim.trace import Trace

US_PER_SECOND = 1_000_000
DIGESTED_AT_ONCE = 512
FOREVER = 1 << 62


@dataclass(slots=True, eq=False)
class Event:
    """A scheduled occurrence: `message` is handed to process `target` at `at`; `cause` is the number of the event behind it."""

    at: int
    target: str
    message: Any
    cause: int
    cancelled: bool = False


class Simulation:
    """Virtual time and everything that is scheduled in it. Plain data: one pickle of it is a checkpoint."""

    def __init__(self, streams: Streams, links: Links, trace: Trace, queue_max: int) -> None:
        self.now = 0
        self.number = 0
        self.cause = 0
        self.streams = streams
        self.links = links
        self.trace = trace
        self.processes: dict[str, Process] = {}
        self._ticks: list[int] = []
        self._queue: dict[int, deque[Event]] = {}
        self._pending = 0
        self._queue_max = queue_max
        self.interrupted = False
        self._digest = 0
        self._undigested: list[str] = []

    def register(self, process: Process) -> None:
        """Add a process; its name is its address."""
        if process.name in self.processes:
            raise ValueError(f"process {process.name!r} is already registered")
        self.processes[process.name] = process

    def schedule(self, at: int, target: str, message: Any) -> Event:
        """Hand `message` to `target` at `at` (µs, not before now), caused by the event that is running."""
        if at < self.now:
            raise ValueError(f"cannot schedule at {at}: it is already {self.now}")
        if self._pending >= self._queue_max:
            raise LimitExceeded("pending events", self._queue_max)
        event = Event(at, target, message, self.number)
        bucket = self._queue.get(at)
        if bucket is None:
            self._queue[at] = bucket = deque()
            heapq.heappush(self._ticks, at)
        bucket.append(event)
        self._pending += 1
        return event

    @property
    def digest(self) -> int:
        """CRC-32 of the lines "time cause target message" of every event so far."""
        if self._undigested:
            self._digest = crc32("".join(self._undigested).encode(), self._digest)
            self._undigested.clear()
        return self._digest

    def begin_history(self, trace: Trace) -> None:
        """Call this moment the start: event 0, an empty trace; what is pending is caused by the start."""
        self.number, self.cause, self.trace = 0, 0, trace
        self._digest = 0
        self._undigested.clear()
        for bucket in self._queue.values():
            for event in bucket:
                event.cause = 0

    def __getstate__(self) -> dict[str, Any]:
        """A checkpoint leaves the trace out: it belongs to the history, not to the moment."""
        return {**self.__dict__, "trace": None, "_digest": self.digest, "_undigested": []}

    def next_at(self) -> int | None:
        """When the next event runs, or None if nothing is scheduled."""
        while self._ticks:
            bucket = self._queue[self._ticks[0]]
            while bucket and bucket[0].cancelled:
                bucket.popleft()
                self._pending -= 1
            if bucket:
                return self._ticks[0]
            del self._queue[heapq.heappop(self._ticks)]
        return None

    def step(self) -> Event | None:
        """Run the next event; None if there is none."""
        at = self.next_at()
        if at is None:
            return None
        event = self._queue[at].popleft()
        self._pending -= 1
        self.now = at
        self._run(event)
        return event

    def advance(self, until: int, budget: int) -> int:
        """Run events up to and including virtual time `until`, at most `budget` of them; returns how many ran.

        Time stands at `until` afterwards, unless the budget ended first or the running event set `interrupted`.
        """
        done = self._run_until(until, budget)
        if done < budget and not self.interrupted:
            self.now = max(self.now, until)
        return done

    def run(self, budget: int) -> int:
        """Run the next `budget` events; returns how many there were. Time stands at the last one."""
        return self._run_until(FOREVER, budget)

    def _run_until(self, until: int, budget: int) -> int:
        start, last = self.number, self.number + budget
        self.interrupted = False
        while self.number < last and not self.interrupted:
            at = self.next_at()
            if at is None or at > until:
                break
            self.now = at
            bucket = self._queue[at]
            while bucket and self.number < last and not self.interrupted:
                event = bucket.popleft()
                self._pending -= 1
                if not event.cancelled:
                    self._run(event)
        return self.number - start

    def _run(self, event: Event) -> None:
        cause = event.cause
        self.cause = cause
        self.number += 1
        assert cause < self.number, "an effect may not precede its cause"
        message = event.message
        lines = self._undigested
        lines.append(f"{event.at} {cause} {event.target} {message.__class__.__name__}\n")
        if len(lines) >= DIGESTED_AT_ONCE:
            self._digest = crc32("".join(lines).encode(), self._digest)
            lines.clear()
        self.trace.begin(self.number, cause)
        self.processes[event.target].deliver(message)
