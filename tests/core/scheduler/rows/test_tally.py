"""Tallies of stretches of nodes are those of their nodes one by one."""

from __future__ import annotations

from random import Random

import pytest

from cluster_core.scheduler.rows.tally import FAN, LEAF, REFUSED, Tally, TallyTree, merge


def _slow(tree: TallyTree, begin: int, end: int) -> Tally:
    found: Tally = {}
    for group in sorted({one for one in tree.groups[begin:end] if one != REFUSED}):
        totals = [tree.totals[place] for place in range(begin, end) if tree.groups[place] == group]
        found[group] = [len(totals), max(totals), totals.count(max(totals))]
    return found


@pytest.mark.parametrize("total", [1, LEAF, 100, LEAF * FAN, 3 * LEAF * FAN + 5, LEAF * FAN * FAN + 1])
def test_every_range_is_tallied_as_node_by_node(total: int) -> None:
    draw, tree = Random(total), TallyTree(total)
    for turn in range(12):
        for _ in range(total // 3 + 1):
            tree.enter(draw.randrange(total), draw.choice([REFUSED, 0, 1, 2]), draw.randrange(4), kept=turn % 3 > 0)
        begin, end = (0, total) if turn % 2 else sorted((draw.randrange(total + 1), draw.randrange(total + 1)))
        found: Tally = {}
        covered = []
        for stretch in tree.stretches(begin, end):
            assert stretch.tally == _slow(tree, stretch.begin, stretch.end)
            covered += range(stretch.begin, stretch.end)
            merge(found, stretch.tally)
            parts = [place for part in tree.parts(stretch) for place in range(part.begin, part.end)]
            assert parts == list(range(stretch.begin, stretch.end))
        assert covered == list(range(begin, end)) and found == _slow(tree, begin, end)


def test_the_whole_list_is_one_stretch() -> None:
    tree = TallyTree(5_000)
    assert [(one.begin, one.end) for one in tree.stretches(0, 5_000)] == [(0, 5_000)]


def test_the_place_after_the_nth_that_fits() -> None:
    tree = TallyTree(10)
    for place, group in enumerate([0, REFUSED, 1, 0, 1, 0]):
        tree.enter(place, group, 5)
    assert tree.reach(0, 10, lambda group: group == 0, 2) == 4
    assert tree.reach(1, 10, lambda group: True, 1) == 3


def test_a_range_is_as_few_stretches_as_can_be() -> None:
    found = TallyTree(5_000).stretches(LEAF * FAN - 3, 2 * LEAF * FAN + LEAF + 2)
    assert [(one.end - one.begin, one.level) for one in found] == [(3, -1), (LEAF * FAN, 1), (LEAF, 0), (2, -1)]


def test_the_nth_of_those_with_a_total() -> None:
    tree, wanted = TallyTree(1_000), [3, 17, 130, 131, 999]
    for place in range(1_000):
        tree.enter(place, place % 2, 5 + (place in wanted))
    (whole,) = tree.stretches(0, 1_000)
    assert [tree.nth(whole, {0: 6, 1: 6}, number) for number in range(5)] == wanted
    assert tree.nth(whole, {1: 6}, 2) == 131
    with pytest.raises(LookupError):
        tree.nth(whole, {1: 7}, 0)
