"""Who consumes how much: CPU as the exact integral over a stretch of time, memory at a moment. Nothing is sampled or kept.

Between two moments at which something begins, ends or bends, what a container asks for is a straight line of time; above its limit the
kernel throttles it. Real programs vary from one moment to the next; here equal requests cost the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from cluster_core.usage.load import Load
from cluster_core.usage.meter import ContainerMeter, PodMeter

NANO = 1_000_000
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Sharing:
    """How many pods are Ready after each time at which the number changes."""

    times: tuple[int, ...]
    counts: tuple[int, ...]

    def at(self, at: int) -> int:
        """How many share a load right after `at`."""
        place = bisect_right(self.times, at)
        return self.counts[place - 1] if place else 0

    def between(self, begin: int, end: int) -> tuple[int, ...]:
        """The times of changes strictly between two."""
        return self.times[bisect_right(self.times, begin) : bisect_left(self.times, end)]


class Consumption:
    """The pods that there are (and were), and the loads on them, as seen from one moment."""

    def __init__(self, pods: Iterable[PodMeter], loads: Iterable[Load]) -> None:
        self.pods = list(pods)
        self.loads = list(loads)
        self._shared = {
            number: self._sharing(load) for number, load in enumerate(self.loads) if load.millicores or load.requests
        }

    def cpu(self, pod: PodMeter, container: ContainerMeter, begin: int, end: int) -> int:
        """Nanocores on average between two times (µs), begin before end."""
        edges = [begin, *self.edges(pod, container, begin, end), end]
        total = sum(self._piece(pod, container, left, right) for left, right in pairwise(edges))
        return total // (2 * (end - begin))

    def memory(self, pod: PodMeter, container: ContainerMeter, at: int) -> int:
        """Bytes of the working set; no more than the limit."""
        if container.run_at(at) is None:
            return 0
        wanted = self.memory_wanted(pod, container, at)
        return min(wanted, container.memory_limit) if container.memory_limit else wanted

    def memory_wanted(self, pod: PodMeter, container: ContainerMeter, at: int) -> int:
        """Bytes that a container would take without a limit."""
        loads = self._on(pod, container, at) if pod.is_ready(at) else []
        asked = sum(load.memory * load.curve.level(at - load.since, at - load.since) for _, load in loads)
        return container.memory + asked // (100 * 1_000_000)

    def requests(self, pod: PodMeter, at: int) -> int | None:
        """Thousandths of requests a second that come to a pod at `at`; None where no load brings requests."""
        mine = [
            (number, load)
            for number, load in enumerate(self.loads)
            if load.requests and load.holds(at) and load.matches(pod.namespace, pod.labels)
        ]
        if not mine or not pod.is_ready(at):
            return 0 if mine else None
        total = 0
        for number, load in mine:
            level = load.curve.level(at - load.since, at - load.since)
            total += load.requests * level // (max(1, self._shared[number].at(at)) * 100_000)
        return total

    def edges(self, pod: PodMeter, container: ContainerMeter, begin: int, end: int) -> list[int]:
        """The times strictly between two at which something about a container's consumption begins, ends or bends."""
        found = {edge for run in container.runs for edge in run if edge is not None} | set(pod.turns)
        for number, load in enumerate(self.loads):
            if self._falls_on(load, pod, container) and load.overlaps(begin, end):
                found |= {load.since, *([load.until] if load.until is not None else [])}
                found |= {load.since + bend for bend in load.curve.bends(begin - load.since, end - load.since)}
                if number in self._shared:
                    found |= set(self._shared[number].between(begin, end))
        return sorted(edge for edge in found if begin < edge < end)

    def is_still(self, pod: PodMeter, since: int) -> bool:
        """Whether nothing bends from `since` on, as far as it is known now."""
        for load in self.loads:
            mine = load.matches(pod.namespace, pod.labels) and load.overlaps(since, FOREVER)
            if mine and not load.curve.is_still(since - load.since):
                return False
        return not any(self.edges(pod, container, since, FOREVER) for container in pod.containers)

    def _piece(self, pod: PodMeter, container: ContainerMeter, left: int, right: int) -> int:
        """Twice the integral (nanocores · µs) over a stretch without edges."""
        if container.run_at(left) is None:
            return 0
        low, high = self._asked(pod, container, left, left), self._asked(pod, container, right, left)
        limit, width = container.cpu_limit * NANO, right - left
        if not limit or max(low, high) <= limit:
            return (low + high) * width
        if min(low, high) >= limit:
            return 2 * limit * width
        under = width * (limit - min(low, high)) // abs(high - low)
        return (min(low, high) + limit) * under + 2 * limit * (width - under)

    def _asked(self, pod: PodMeter, container: ContainerMeter, at: int, side: int) -> int:
        """Nanocores that a container asks for at `at`, by what holds right after `side`."""
        total = container.cpu * NANO
        if not pod.is_ready(side):
            return total
        for number, load in self._on(pod, container, side):
            level = load.curve.level(at - load.since, side - load.since)
            share = load.per_pod * level
            if load.millicores:
                share += load.millicores * level // max(1, self._shared[number].at(side))
            total += share // 100
        return total

    def _on(self, pod: PodMeter, container: ContainerMeter, at: int) -> list[tuple[int, Load]]:
        return [
            (number, load)
            for number, load in enumerate(self.loads)
            if load.holds(at) and self._falls_on(load, pod, container)
        ]

    @staticmethod
    def _falls_on(load: Load, pod: PodMeter, container: ContainerMeter) -> bool:
        return load.matches(pod.namespace, pod.labels) and pod.target_of(load.container) == container.name

    def _sharing(self, load: Load) -> Sharing:
        changes: dict[int, int] = {}
        for pod in self.pods:
            if load.matches(pod.namespace, pod.labels):
                for place, turn in enumerate(pod.turns):
                    changes[turn] = changes.get(turn, 0) + (-1 if place % 2 else 1)
        times = sorted(changes)
        return Sharing(tuple(times), tuple(accumulate(changes[time] for time in times)))
