"""How strong something is over time: straight lines between points, once or again and again. Whole numbers only."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

POINTS_MAX = 100
# A curve that repeats has no more bends in one stretch: what comes after them counts as flat.
BENDS_MAX = 10_000
FULL = 100


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (µs since the beginning, percent), times not falling; two at one time are a jump. After the last point its value stays,
    or the curve begins again. No points: 100 % for ever."""

    points: tuple[tuple[int, int], ...] = ()
    repeats: bool = False

    @property
    def is_flat(self) -> bool:
        """Whether it has one value for ever."""
        return len({value for _, value in self.points}) < 2

    def level(self, at: int, side: int) -> int:
        """Millionths of a percent at `at`, on the straight line that holds right after `side` (µs since the beginning)."""
        if not self.points:
            return FULL * 1_000_000
        start = self._turn(side)
        at, side = at - start, side - start
        place = bisect_right(self.points, side, key=_time)
        if place == 0:
            return self.points[0][1] * 1_000_000
        if place == len(self.points):
            return self.points[-1][1] * 1_000_000
        (left, low), (right, high) = self.points[place - 1], self.points[place]
        return (low * 1_000_000) + (high - low) * 1_000_000 * (at - left) // (right - left)

    def bends(self, begin: int, end: int) -> list[int]:
        """The times strictly between two where the line may bend or jump."""
        if self.is_flat:
            return []
        found: list[int] = []
        start = self._turn(begin)
        while start < end and len(found) <= BENDS_MAX:
            found.extend(start + time for time, _ in self.points if begin < start + time < end)
            if not self._period:
                break
            start += self._period
        return list(dict.fromkeys(found))

    def is_still(self, since: int) -> bool:
        """Whether it keeps one value from `since` on."""
        return self.is_flat or (not self._period and since >= self.points[-1][0])

    @property
    def _period(self) -> int:
        return self.points[-1][0] if self.repeats and self.points else 0

    def _turn(self, at: int) -> int:
        """When the turn began in which a time lies."""
        return at - at % self._period if self._period else 0


def _time(point: tuple[int, int]) -> int:
    return point[0]
