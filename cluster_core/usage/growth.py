"""When memory grows past a level: the first moment at which what some containers take is more than it. Whole numbers only.

Between the bends of the loads' curves the sum is a straight line, so the moment is found without looking at the time between.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from cluster_core.usage.load import Load
from cluster_core.usage.meter import ContainerMeter, PodMeter

# Curves that bend for ever are looked at so far ahead (µs); who waits looks again then.
HORIZON_US = 3_600_000_000
FULL = 100 * 1_000_000


@dataclass(frozen=True, slots=True)
class Growth:
    """What is taken over time: bytes that stay, and loads with how many containers each falls on."""

    base: int = 0
    loads: tuple[tuple[int, Load], ...] = ()

    def at(self, at: int, side: int) -> int:
        """Bytes at `at`, on the line that holds right after `side` (µs)."""
        asked = sum(
            count * load.memory * load.curve.level(at - load.since, side - load.since)
            for count, load in self.loads
            if load.holds(side)
        )
        return self.base + asked // FULL

    def first_above(self, level: int, since: int) -> int | None:
        """The first time from `since` on at which it is more than `level`; None if it is not, as far ahead as `HORIZON_US`."""
        for left, right in pairwise([since, *self.edges(since), since + HORIZON_US]):
            if self.at(left, left) > level:
                return left
            if self.at(right, left) > level:
                return self._crossing(left, right, level)
        return None

    def edges(self, since: int) -> list[int]:
        """The times at which it begins, ends or bends, strictly after `since`."""
        until, found = since + HORIZON_US, set[int]()
        for _, load in self.loads:
            found |= {load.since, *([load.until] if load.until is not None else [])}
            found |= {load.since + bend for bend in load.curve.bends(since - load.since, until - load.since)}
        return sorted(edge for edge in found if since < edge < until)

    def is_still(self, since: int) -> bool:
        """Whether it keeps one value from `since` on."""
        return all(
            load.since <= since and load.until is None and load.curve.is_still(since - load.since)
            for _, load in self.loads
        )

    def _crossing(self, left: int, right: int, level: int) -> int:
        """Where a straight line between two times passes a level: it is below at the first, above at the last."""
        low, high = left, right
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.at(middle, left) > level else (middle, high)
        return high


def growth_of(pod: PodMeter, container: ContainerMeter, loads: list[Load], ready: bool) -> Growth:
    """What a container takes from now on, if its pod stays as ready as it is."""
    if not ready:
        return Growth(container.memory)
    mine = [
        (1, load)
        for load in loads
        if load.memory and load.matches(pod.namespace, pod.labels) and pod.target_of(load.container) == container.name
    ]
    return Growth(container.memory, tuple(mine))


def together(parts: list[Growth], beside: int = 0) -> Growth:
    """The sum of several, and of what is taken beside them."""
    counts: dict[int, list[int]] = {}
    known: dict[int, Load] = {}
    for part in parts:
        for count, load in part.loads:
            known[id(load)] = load
            counts.setdefault(id(load), [0])[0] += count
    loads = tuple((counts[key][0], load) for key, load in known.items())
    return Growth(beside + sum(part.base for part in parts), loads)
