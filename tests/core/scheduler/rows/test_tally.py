"""Tallies of stretches of nodes are those of their nodes one by one."""

from __future__ import annotations

from random import Random

import pytest

from cluster_core.scheduler.rows.tally import BLOCK, LEAF, REFUSED, Tally, TallyTree, merge


def _slow(tree: TallyTree, begin: int, end: int) -> Tally:
    found: Tally = {}
    for group in sorted({one for one in tree.groups[begin:end] if one != REFUSED}):
        totals = [tree.totals[place] for place in range(begin, end) if tree.groups[place] == group]
        found[group] = (len(totals), max(totals), totals.count(max(totals)))
    return found


@pytest.mark.parametrize("total", [1, LEAF, 100, BLOCK, 3 * BLOCK + 5])
def test_every_range_is_tallied_as_node_by_node(total: int) -> None:
    draw, tree = Random(total), TallyTree(total)
    for _ in range(12):
        for _ in range(total // 3 + 1):
            tree.enter(draw.randrange(total), draw.choice([REFUSED, 0, 1, 2]), draw.randrange(4))
        begin, end = sorted((draw.randrange(total + 1), draw.randrange(total + 1)))
        found: Tally = {}
        covered = []
        for first, last, tally in tree.stretches(begin, end):
            assert tally == _slow(tree, first, last)
            covered += range(first, last)
            merge(found, tally)
        assert covered == list(range(begin, end)) and found == _slow(tree, begin, end)


def test_the_place_after_the_nth_that_fits() -> None:
    tree = TallyTree(10)
    for place, group in enumerate([0, REFUSED, 1, 0, 1, 0]):
        tree.enter(place, group, 5)
    assert tree.reach(0, 10, lambda group: group == 0, 2) == 4
    assert tree.reach(1, 10, lambda group: True, 1) == 3


def test_the_leaves_of_a_block() -> None:
    tree = TallyTree(2 * LEAF)
    tree.enter(LEAF, 0, 7)
    assert list(tree.leaves(0, 2 * LEAF)) == [(0, LEAF, {}), (LEAF, 2 * LEAF, {0: (1, 7, 1)})]
