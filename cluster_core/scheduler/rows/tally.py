"""How many nodes of each group there are in a stretch of the list, and the best total among them: found without looking at every node.

Nodes are tallied in leaves of 32 and blocks of 16 leaves. A node that changes makes its leaf and its block void; they are
tallied anew when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

LEAF = 32
BLOCK = 16 * LEAF
REFUSED = -1

Tally = dict[int, tuple[int, int, int]]
"""By group: nodes, the best total, how many have it."""


class TallyTree:
    """`groups` (REFUSED: the node does not fit) and `totals` by position, and the tallies over them."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.groups = [REFUSED] * total
        self.totals = [0] * total
        self._leaves: list[Tally | None] = [None] * (total // LEAF + 1)
        self._blocks: list[Tally | None] = [None] * (total // BLOCK + 1)

    def enter(self, place: int, group: int, total: int) -> None:
        """The group and total of a node."""
        if self.groups[place] != group or self.totals[place] != total:
            self.groups[place], self.totals[place] = group, total
            self._leaves[place // LEAF] = None
            self._blocks[place // BLOCK] = None

    def stretches(self, begin: int, end: int) -> Iterator[tuple[int, int, Tally]]:
        """The tallies of a range of positions, in order: (begin, end, tally) of blocks, leaves and, at the ends, parts of leaves."""
        place = begin
        while place < end:
            if place % BLOCK == 0 and (place + BLOCK <= end or end == self.total):
                upto, tally = min(place + BLOCK, end), self._block(place // BLOCK)
            elif place % LEAF == 0 and (place + LEAF <= end or end == self.total):
                upto, tally = min(place + LEAF, end), self._leaf(place // LEAF)
            else:
                upto = min(place - place % LEAF + LEAF, end)
                tally = self.tallied(place, upto)
            yield place, upto, tally
            place = upto

    def leaves(self, begin: int, end: int) -> Iterator[tuple[int, int, Tally]]:
        """The tallies of the leaves of a block."""
        for place in range(begin, end, LEAF):
            yield place, min(place + LEAF, end), self._leaf(place // LEAF)

    def reach(self, begin: int, end: int, fits: Callable[[int], bool], wanted: int) -> int:
        """The position after the `wanted`-th node that fits in a range (which has so many); `fits` is asked about groups."""
        groups = self.groups
        for place in range(begin, end):
            if groups[place] != REFUSED and fits(groups[place]):
                wanted -= 1
                if not wanted:
                    return place + 1
        return end

    def _leaf(self, number: int) -> Tally:
        found = self._leaves[number]
        if found is None:
            begin = number * LEAF
            found = self._leaves[number] = self.tallied(begin, min(begin + LEAF, self.total))
        return found

    def _block(self, number: int) -> Tally:
        found = self._blocks[number]
        if found is None:
            begin = number * BLOCK // LEAF
            end = -(-min((number + 1) * BLOCK, self.total) // LEAF)
            found = {}
            for leaf in range(begin, end):
                merge(found, self._leaf(leaf))
            self._blocks[number] = found
        return found

    def tallied(self, begin: int, end: int) -> Tally:
        """The tally of any range, node by node."""
        found: Tally = {}
        for group, total in zip(self.groups[begin:end], self.totals[begin:end], strict=True):
            if group == REFUSED:
                continue
            known = found.get(group)
            if known is None:
                found[group] = (1, total, 1)
            else:
                size, best, count = known
                if total > best:
                    best, count = total, 0
                found[group] = (size + 1, best, count + (total == best))
        return found


def merge(into: Tally, other: Tally) -> None:
    """Add the nodes of another stretch."""
    for group, (size, best, count) in other.items():
        known = into.get(group)
        if known is None:
            into[group] = (size, best, count)
            continue
        known_size, known_best, known_count = known
        if best > known_best:
            into[group] = (size + known_size, best, count)
        elif best == known_best:
            into[group] = (size + known_size, best, count + known_count)
        else:
            into[group] = (size + known_size, known_best, known_count)
