"""Curves: straight lines, jumps, repetition."""

from __future__ import annotations

from cluster_core.usage.curve import Curve

FULL = 100_000_000


def test_without_points_it_is_flat() -> None:
    curve = Curve()
    assert curve.is_flat and curve.is_still(0)
    assert curve.level(5, 5) == FULL
    assert curve.bends(0, 100) == []


def test_it_is_straight_between_points_and_keeps_the_last() -> None:
    curve = Curve(((0, 0), (10, 100), (30, 50)))
    assert [curve.level(at, at) for at in (0, 5, 10, 20, 30, 99)] == [
        0,
        FULL // 2,
        FULL,
        FULL * 3 // 4,
        FULL // 2,
        FULL // 2,
    ]
    assert curve.bends(0, 30) == [10]
    assert not curve.is_still(29)
    assert curve.is_still(30)


def test_a_jump_has_two_sides() -> None:
    curve = Curve(((0, 100), (10, 100), (10, 200)))
    assert curve.level(10, 9) == FULL
    assert curve.level(10, 10) == 2 * FULL


def test_it_begins_again() -> None:
    curve = Curve(((0, 0), (10, 100)), repeats=True)
    assert curve.level(25, 25) == FULL // 2
    assert curve.level(20, 19) == FULL
    assert curve.level(20, 20) == 0
    assert curve.bends(5, 35) == [10, 20, 30]
    assert not curve.is_still(10**9)
