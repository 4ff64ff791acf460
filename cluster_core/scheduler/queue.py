"""The scheduling queue: active, back-off and unschedulable pods. Upstream: `pkg/scheduler/backend/queue/scheduling_queue.go`."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.sim.kernel import US_PER_SECOND

BACKOFF_US = (1 * US_PER_SECOND, 10 * US_PER_SECOND)
FLUSH_US = 300 * US_PER_SECOND


@dataclass(slots=True)
class QueuedPod:
    """A pod that waits for a node."""

    key: str
    priority: int
    since: int
    attempts: int = 0
    backoff_until: int = 0
    plugins: list[str] = field(default_factory=list)


class SchedulingQueue:
    """Three pools by pod key. The active one gives the highest priority first, then the longest waiting."""

    def __init__(self) -> None:
        self.active: dict[str, QueuedPod] = {}
        self.backoff: dict[str, QueuedPod] = {}
        self.unschedulable: dict[str, QueuedPod] = {}
        self._heap: list[tuple[int, int, str]] = []

    def __len__(self) -> int:
        return len(self.active) + len(self.backoff) + len(self.unschedulable)

    def add(self, key: str, priority: int, now: int) -> None:
        """A new pod is waiting."""
        if key not in self.active and key not in self.backoff and key not in self.unschedulable:
            self.activate(QueuedPod(key, priority, now))

    def activate(self, queued: QueuedPod) -> None:
        """A pod may be scheduled now."""
        self.active[queued.key] = queued
        heapq.heappush(self._heap, _order(queued))

    def remove(self, key: str) -> None:
        """The pod is bound or gone."""
        for pool in (self.active, self.backoff, self.unschedulable):
            pool.pop(key, None)

    def pop(self) -> QueuedPod | None:
        """The next pod to schedule; counts the attempt."""
        while self._heap:
            place = heapq.heappop(self._heap)
            queued = self.active.get(place[2])
            # A pod that was removed, or removed and added again, has left its old place behind.
            if queued is not None and _order(queued) == place:
                del self.active[queued.key]
                queued.attempts += 1
                return queued
        return None

    def park(self, queued: QueuedPod, plugins: list[str], now: int) -> None:
        """No node fits: wait for an event that could help one of the plugins that refused."""
        queued.plugins = plugins
        queued.since = now
        self._count_attempt(queued, now)
        self.unschedulable[queued.key] = queued

    def retry(self, queued: QueuedPod, now: int) -> int:
        """An attempt failed for a reason that will pass (the API server is away): back off. Returns until when."""
        self._count_attempt(queued, now)
        self.backoff[queued.key] = queued
        return queued.backoff_until

    def move(self, helps: Callable[[QueuedPod], bool], now: int) -> int | None:
        """Something happened: parked pods that it `helps` (the queueing hint) back off or become active.

        Returns when the earliest of those that back off is due, or None.
        """
        due: int | None = None
        for queued in list(self.unschedulable.values()):
            if queued.plugins and not helps(queued):
                continue
            del self.unschedulable[queued.key]
            if queued.backoff_until <= now:
                self.activate(queued)
            else:
                self.backoff[queued.key] = queued
                due = queued.backoff_until if due is None else min(due, queued.backoff_until)
        return due

    @staticmethod
    def _count_attempt(queued: QueuedPod, now: int) -> None:
        queued.backoff_until = now + _next_backoff(queued.attempts)

    def left_over(self, key: str, since: int) -> bool:
        """Whether a pod is still parked since `since`: after five minutes it is tried again without a reason."""
        queued = self.unschedulable.get(key)
        return queued is not None and queued.since == since

    def flush_backoff(self, now: int) -> int | None:
        """Pods whose back-off has ended become active. Returns when the next one is due, or None."""
        due: int | None = None
        for queued in list(self.backoff.values()):
            if queued.backoff_until <= now:
                del self.backoff[queued.key]
                self.activate(queued)
            else:
                due = queued.backoff_until if due is None else min(due, queued.backoff_until)
        return due


def _next_backoff(attempts: int) -> int:
    return int(min(BACKOFF_US[0] * 2 ** min(attempts - 1, 10), BACKOFF_US[1]))


def _order(queued: QueuedPod) -> tuple[int, int, str]:
    return (-queued.priority, queued.since, queued.key)
