"""The scheduling queue: active, back-off and unschedulable pods, and those in flight.

Upstream: `pkg/scheduler/backend/queue` (`scheduling_queue.go`, `active_queue.go`, `backoff_queue.go`). Times are µs.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.scheduler.cluster_events import FORCE_ACTIVATE, pod_events
from cluster_core.scheduler.nominator import Nominator
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.queueing_hints import QueueingHints
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.shelf import Recent, Shelf

BACKOFF_US = (1 * US_PER_SECOND, 10 * US_PER_SECOND)
WINDOW_US = 1 * US_PER_SECOND
UNSCHEDULABLE_US = 300 * US_PER_SECOND
LEFTOVER_EVERY_US = 30 * US_PER_SECOND

Happened = tuple[str, Obj | None, Obj | None]
Order = tuple[int, int, int, str]


@dataclass(slots=True)
class QueuedPod:
    """A pod that waits for a node. `since` is when it came to the queue the last time; `plugins` refused it then."""

    info: PodInfo
    since: int
    arrival: int
    attempts: int = 0
    refusals: int = 0
    errors: int = 0
    backoff_until: int = 0
    plugins: list[str] = field(default_factory=list)
    gated_by: str = ""

    @property
    def key(self) -> str:
        """ "namespace/name"."""
        return self.info.key

    @property
    def priority(self) -> int:
        """Higher ones are scheduled first."""
        return self.info.priority

    @property
    def order(self) -> Order:
        """PrioritySort: the highest priority first, then the longest waiting."""
        return (-self.info.priority, self.since, self.arrival, self.info.key)


class SchedulingQueue:
    """Pools by pod key. A pod is in one of them, or in flight from `pop` until `give_back` or `done`."""

    def __init__(self, hints: QueueingHints, started: int = 0, backoff: tuple[int, int] = BACKOFF_US) -> None:
        """`started`: when the scheduler began. `backoff`: after the first failure, and at most."""
        self.hints = hints
        self._backoff = backoff
        self.nominator = Nominator()
        self.active: dict[str, QueuedPod] = {}
        self.backoff: dict[str, QueuedPod] = {}
        self.unschedulable: dict[str, QueuedPod] = {}
        self.in_flight: Shelf[str, int] = Shelf()
        self._started = started
        self._arrivals = 0
        self._heap: list[Order] = []
        self._backoff_heap: list[tuple[int, Order]] = []
        self._timers: list[tuple[int, str]] = []
        self._events: Recent[Happened] = Recent()
        self._events_from = 0

    def __len__(self) -> int:
        return len(self.active) + len(self.backoff) + len(self.unschedulable)

    @property
    def listens(self) -> bool:
        """Whether an event can matter to a pod here."""
        return bool(self.unschedulable or self.in_flight)

    def add(self, pod: Obj, now: int) -> None:
        """A new pod is waiting. One that a PreEnqueue plugin holds back goes to the unschedulable ones."""
        queued = QueuedPod(PodInfo.of(pod), now, self._arrive())
        if queued.key not in self.in_flight and self._pool_of(queued.key) is None:
            self._requeue(queued, now)
            self._nominate(queued)

    def update(self, old: Obj, new: Obj, now: int) -> None:
        """A waiting pod changed. That may be what it waits for, or what one waits for that is in flight."""
        info = PodInfo.of(new)
        events = pod_events(old, new)
        pool = self._pool_of(info.key)
        if info.key in self.in_flight:
            self._events.extend((event, old, new) for event in events)
            return
        if pool is None:
            self.add(new, now)
            return
        queued = pool[info.key]
        self.nominator.update(queued.info, info)
        queued.info = info
        if pool is self.unschedulable and self._any_worth(queued, [(event, old, new) for event in events]):
            del pool[info.key]
            self._requeue(queued, now)

    def remove(self, key: str, uid: str) -> None:
        """The pod is bound or gone."""
        self.nominator.forget(uid)
        for pool in (self.active, self.backoff, self.unschedulable):
            pool.pop(key, None)

    def pop(self, now: int) -> QueuedPod | None:
        """The next pod to schedule; counts the attempt. Without active pods one that backs off need not wait longer, unless
        it is because of an error. Upstream: SchedulerPopFromBackoffQ.
        """
        queued = self._pop_active() or self._pop_backoff()
        if queued is None:
            return None
        queued.attempts += 1
        queued.backoff_until = 0
        queued.plugins = []
        self.in_flight[queued.key] = self._events_from + len(self._events)
        return queued

    @property
    def can_pop(self) -> bool:
        """Whether `pop` would give a pod."""
        return bool(self.active) or self._first_backoff() is not None

    def give_back(self, queued: QueuedPod, plugins: list[str], now: int) -> None:
        """A pod in flight found no node, because of these plugins, or (none) because of an error that will pass.

        It waits for an event that could help one of the plugins; one that came during its flight counts.
        """
        started = self.in_flight.get(queued.key, self._events_from)
        happened = list(self._events)[started - self._events_from :]
        self.done(queued.key)
        queued.plugins, queued.since, queued.arrival = plugins, now, self._arrive()
        queued.refusals += bool(plugins)
        queued.errors = 0 if plugins else queued.errors + 1
        queued.backoff_until = _window(now + self._wait(queued.errors or queued.refusals))
        if not plugins or self._any_worth(queued, happened):
            self._requeue(queued, now)
        else:
            self._park(queued)

    def done(self, key: str) -> None:
        """A pod is not in flight any more: events before the flight of the next one need not be remembered."""
        self.in_flight.pop(key, None)
        first = next(iter(self.in_flight.values()), self._events_from + len(self._events))
        while self._events_from < first:
            self._events.popleft()
            self._events_from += 1

    def move(
        self, event: str, old: Obj | None, new: Obj | None, now: int, only: Callable[[QueuedPod], bool] | None = None
    ) -> None:
        """Something happened: unschedulable pods for which it is worth while back off or become active."""
        if not self.listens or not self.hints.of_interest(event):
            return
        for queued in list(self.unschedulable.values()):
            if (only is None or only(queued)) and self._concerned(queued, event):
                if self._worth(queued, event, old, new):
                    del self.unschedulable[queued.key]
                    self._requeue(queued, now)
        if self.in_flight:
            self._events.append((event, old, new))

    def activate(self, pod: Obj, now: int) -> None:
        """Somebody who held a pod back lets it go: try it at once. Upstream: Activate."""
        key = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        pool = self._pool_of(key)
        if key in self.in_flight:
            self._events.append((FORCE_ACTIVATE, None, pod))
        elif pool is not None and pool is not self.active:
            queued = pool.pop(key)
            queued.backoff_until = 0
            self._requeue(queued, now)

    def flush(self, now: int) -> None:
        """What is due now: back-offs that have ended, and pods that have been unschedulable for five minutes."""
        while (due := self.due()) is not None and due <= now:
            _, key = heapq.heappop(self._timers)
            if key in self.backoff:
                self._activate(self.backoff.pop(key))
            else:
                self._requeue(self.unschedulable.pop(key), now)

    def due(self) -> int | None:
        """When `flush` has to be called next; None if never."""
        while self._timers:
            at, key = self._timers[0]
            backing_off, parked = self.backoff.get(key), self.unschedulable.get(key)
            if backing_off is not None and _flushed_at(backing_off) == at:
                return at
            if parked is not None and not parked.gated_by and self._left_over_at(parked) == at:
                return at
            heapq.heappop(self._timers)
        return None

    def _requeue(self, queued: QueuedPod, now: int) -> None:
        """To the pool where the pod belongs: held back, backing off, or active."""
        status = self.hints.of(queued.info).gate(queued.info, queued.gated_by)
        if status is not None:
            queued.gated_by = status.plugin
            if status.plugin not in queued.plugins:
                queued.plugins = [*queued.plugins, status.plugin]
            self._park(queued)
            return
        queued.gated_by = ""
        if queued.backoff_until and queued.backoff_until >= _window(now):
            self.backoff[queued.key] = queued
            heapq.heappush(self._timers, (_flushed_at(queued), queued.key))
            if queued.plugins:
                heapq.heappush(self._backoff_heap, (queued.backoff_until, queued.order))
        else:
            self._activate(queued)

    def _park(self, queued: QueuedPod) -> None:
        self.unschedulable[queued.key] = queued
        if not queued.gated_by:
            heapq.heappush(self._timers, (self._left_over_at(queued), queued.key))

    def _activate(self, queued: QueuedPod) -> None:
        self.active[queued.key] = queued
        heapq.heappush(self._heap, queued.order)

    def _pop_active(self) -> QueuedPod | None:
        while self._heap:
            place = heapq.heappop(self._heap)
            queued = self.active.get(place[3])
            # A pod that was removed, or removed and added again, has left its old place behind.
            if queued is not None and queued.order == place:
                return self.active.pop(queued.key)
        return None

    def _pop_backoff(self) -> QueuedPod | None:
        first = self._first_backoff()
        return self.backoff.pop(first.key) if first is not None else None

    def _first_backoff(self) -> QueuedPod | None:
        """The first of those whose back-off ends in the same second, in the order of the active ones."""
        while self._backoff_heap:
            until, place = self._backoff_heap[0]
            queued = self.backoff.get(place[3])
            if queued is not None and (queued.backoff_until, queued.order) == (until, place):
                return queued
            heapq.heappop(self._backoff_heap)
        return None

    def _any_worth(self, queued: QueuedPod, happened: list[Happened]) -> bool:
        return any(self._worth(queued, *one) for one in happened)

    def _worth(self, queued: QueuedPod, event: str, old: Obj | None, new: Obj | None) -> bool:
        return self.hints.of(queued.info).worth(queued.info, queued.plugins, event, old, new)

    def _concerned(self, queued: QueuedPod, event: str) -> bool:
        """Whether a pod may move at all: one that is held back waits for what its gate waits for."""
        return not queued.gated_by or self.hints.of(queued.info).concerns(queued.gated_by, event)

    def _nominate(self, queued: QueuedPod) -> None:
        if queued.key in self.active:
            self.nominator.nominate(queued.info, queued.info.nominated_node)

    def _pool_of(self, key: str) -> dict[str, QueuedPod] | None:
        return next((pool for pool in (self.active, self.backoff, self.unschedulable) if key in pool), None)

    def _left_over_at(self, queued: QueuedPod) -> int:
        """Every 30 s somebody looks for pods that have been unschedulable for more than five minutes."""
        after = queued.since + UNSCHEDULABLE_US - self._started
        return self._started + (after // LEFTOVER_EVERY_US + 1) * LEFTOVER_EVERY_US

    def _arrive(self) -> int:
        self._arrivals += 1
        return self._arrivals

    def _wait(self, count: int) -> int:
        """The back-off after so many failures: doubled after each, up to the most."""
        return int(min(self._backoff[0] << min(count - 1, 20), self._backoff[1]))


def _window(at: int) -> int:
    """Back-offs end by whole seconds, so that those of one second are tried in order of priority."""
    return at - at % WINDOW_US


def _flushed_at(queued: QueuedPod) -> int:
    return queued.backoff_until + WINDOW_US
