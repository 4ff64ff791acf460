"""The yardstick of every benchmark: a heap of closures with 1,000 pending events, run in the same process.

Timings on shared machines drift; the ratio to this loop does not. One reference event pops a closure, calls it, and the
closure pushes itself again.
"""

from __future__ import annotations

import heapq
import os
import time
from collections.abc import Callable

PENDING = 1_000
EVENTS = 100_000


def reference_seconds(events: int = EVENTS) -> float:
    """CPU seconds that the loop takes for `events` events."""
    heap: list[tuple[int, int, Callable[[int], None]]] = []
    number = 0

    def closure(step: int) -> Callable[[int], None]:
        def run(now: int) -> None:
            nonlocal number
            number += 1
            heapq.heappush(heap, (now + step, number, run))

        return run

    for place in range(PENDING):
        number += 1
        heapq.heappush(heap, (place, number, closure(997 + place)))
    start = time.process_time()
    for _ in range(events):
        now, _, run = heapq.heappop(heap)
        run(now)
    return time.process_time() - start


class Stopwatch:
    """CPU time of some work, bracketed by two runs of the reference loop: before and after it, averaged."""

    def __enter__(self) -> Stopwatch:
        self._before = reference_seconds()
        self._start, self._wall = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_error: object) -> None:
        self.cpu = time.process_time() - self._start
        self.wall = time.perf_counter() - self._wall
        self.reference = (self._before + reference_seconds()) / 2 / EVENTS

    def ratio(self, count: float) -> float:
        """How many reference events one of `count` things costs."""
        return self.cpu / count / self.reference

    def conditions(self) -> str:
        """The state of the machine, for the record."""
        load = " ".join(f"{one:.2f}" for one in os.getloadavg())
        return f"reference event {self.reference * 1e6:.3f} µs, load average {load}"
