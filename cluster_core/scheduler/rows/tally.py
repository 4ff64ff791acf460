"""How many nodes of each group there are in a stretch of the list, and the best total among them: found without looking at every node.

A tree over positions: leaves of 16 nodes, each next level 8 times as wide, the last one wide enough for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

LEAF = 16
FAN = 8
REFUSED = -1

Tally = dict[int, list[int]]
"""By group: number of nodes, the best total, how many have it. Tallies of the tree are not to be changed by readers."""


class Stretch(NamedTuple):
    """The nodes from `begin` to `end`: one of a level of the tree, or (level -1) any others."""

    begin: int
    end: int
    level: int
    tally: Tally


class TallyTree:
    """`groups` (REFUSED: the node does not fit) and `totals` by position, and the tallies over them."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.groups = [REFUSED] * total
        self.totals = [0] * total
        self._sizes = [LEAF]
        while self._sizes[-1] < total:
            self._sizes.append(self._sizes[-1] * FAN)
        self._levels: list[list[Tally | None]] = [[None] * (total // size + 1) for size in self._sizes]

    def enter(self, place: int, group: int, total: int, kept: bool = True) -> None:
        """The group and total of a node. kept: bring the tallies up to date, instead of making them anew when they are read,
        which is cheaper where many nodes change.
        """
        old, before = self.groups[place], self.totals[place]
        if old == group and before == total:
            return
        if not kept:
            self._void(place)
        elif old != REFUSED:
            self.groups[place] = REFUSED
            self._leave(place, old, before)
        self.groups[place], self.totals[place] = group, total
        if kept and group != REFUSED:
            for tallies, size in zip(self._levels, self._sizes, strict=True):
                tally = tallies[place // size]
                if tally is not None:
                    merge(tally, {group: [1, total, 1]})

    def stretches(self, begin: int, end: int) -> Iterator[Stretch]:
        """The tallies of a range of positions, in order, as wide as possible."""
        place = begin
        while place < end:
            for level in range(len(self._sizes) - 1, -1, -1):
                size = self._sizes[level]
                if place % size == 0 and (place + size <= end or end == self.total):
                    stretch = self._stretch(level, place // size)
                    break
            else:
                upto = min(place - place % LEAF + LEAF, end)
                stretch = Stretch(place, upto, -1, self.tallied(place, upto))
            yield stretch
            place = stretch.end

    def parts(self, stretch: Stretch) -> Iterator[Stretch]:
        """The stretches of the next level that one is made of; itself if it is a leaf or none of the tree's."""
        if stretch.level <= 0:
            yield stretch
            return
        size = self._sizes[stretch.level - 1]
        for number in range(stretch.begin // size, -(-stretch.end // size)):
            yield self._stretch(stretch.level - 1, number)

    def nth(self, stretch: Stretch, targets: dict[int, int], number: int) -> int:
        """The position of the nth node of a stretch that has the total which `targets` names for its group."""
        level, begin, end = stretch.level, stretch.begin, stretch.end
        while level > 0:
            level -= 1
            size, tallies = self._sizes[level], self._levels[level]
            for child in range(begin // size, -(-end // size)):
                tally = tallies[child]
                there = count(tally if tally is not None else self._tally(level, child), targets)
                if number < there:
                    break
                number -= there
            begin, end = child * size, min((child + 1) * size, self.total)
        groups, totals = self.groups, self.totals
        for place in range(begin, end):
            if targets.get(groups[place]) == totals[place]:
                if not number:
                    return place
                number -= 1
        raise LookupError("fewer nodes than that have the total")

    def reach(self, begin: int, end: int, fits: Callable[[int], bool], wanted: int) -> int:
        """The position after the `wanted`-th node that fits in a range (which has so many); `fits` is asked about groups."""
        groups = self.groups
        for place in range(begin, end):
            if groups[place] != REFUSED and fits(groups[place]):
                wanted -= 1
                if not wanted:
                    return place + 1
        return end

    def tallied(self, begin: int, end: int) -> Tally:
        """The tally of any range, node by node."""
        found: Tally = {}
        for group, total in zip(self.groups[begin:end], self.totals[begin:end], strict=True):
            if group == REFUSED:
                continue
            known = found.get(group)
            if known is None:
                found[group] = [1, total, 1]
                continue
            known[0] += 1
            if total > known[1]:
                known[1], known[2] = total, 1
            elif total == known[1]:
                known[2] += 1
        return found

    def _stretch(self, level: int, number: int) -> Stretch:
        size = self._sizes[level]
        return Stretch(number * size, min((number + 1) * size, self.total), level, self._tally(level, number))

    def _tally(self, level: int, number: int) -> Tally:
        found = self._levels[level][number]
        if found is None:
            if level == 0:
                found = self.tallied(number * LEAF, min((number + 1) * LEAF, self.total))
            else:
                found = {}
                for child in self._children(level, number):
                    merge(found, self._tally(level - 1, child))
            self._levels[level][number] = found
        return found

    def _children(self, level: int, number: int) -> range:
        last = -(-self.total // self._sizes[level - 1])
        return range(number * FAN, min((number + 1) * FAN, last))

    def _void(self, place: int) -> None:
        for tallies, size in zip(self._levels, self._sizes, strict=True):
            tallies[place // size] = None

    def _leave(self, place: int, group: int, total: int) -> None:
        """A node is not in a group any more. Where it was the best one, the next best is looked for."""
        for level, size in enumerate(self._sizes):
            tally = self._levels[level][place // size]
            if tally is None:
                continue
            known = tally[group]
            known[0] -= 1
            if not known[0]:
                del tally[group]
            elif total == known[1]:
                known[2] -= 1
                if not known[2]:
                    tally[group] = self._again(level, place // size, group)

    def _again(self, level: int, number: int, group: int) -> list[int]:
        """The entry of one group made anew."""
        if level == 0:
            return self.tallied(number * LEAF, min((number + 1) * LEAF, self.total))[group]
        found: Tally = {}
        for child in self._children(level, number):
            known = self._tally(level - 1, child).get(group)
            if known is not None:
                merge(found, {group: known})
        return found[group]


def merge(into: Tally, other: Tally) -> None:
    """Add the nodes of another stretch."""
    for group, (size, best, count) in other.items():
        known = into.get(group)
        if known is None:
            into[group] = [size, best, count]
            continue
        known[0] += size
        if best > known[1]:
            known[1], known[2] = best, count
        elif best == known[1]:
            known[2] += count


def count(tally: Tally, targets: dict[int, int]) -> int:
    """How many nodes have the best total of their group, where it is the one that `targets` names."""
    found = 0
    for group, best in targets.items():
        known = tally.get(group)
        if known is not None and known[1] == best:
            found += known[2]
    return found
