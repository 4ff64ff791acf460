"""Expectations: what was asked for and not seen yet."""

from __future__ import annotations

from cluster_core.client.expectations import TIMEOUT_US, Expectations


def test_creations_are_awaited_until_all_were_seen() -> None:
    awaited = Expectations()
    assert awaited.satisfied("a", 0)
    awaited.expect_creations("a", 2, 0)
    awaited.created("a")
    assert not awaited.satisfied("a", 1)
    awaited.created("a")
    assert awaited.satisfied("a", 1)
    awaited.created("b")


def test_deletions_are_awaited_by_uid() -> None:
    awaited = Expectations()
    awaited.expect_deletions("a", ["u1", "u2"], 0)
    awaited.deleted("a", "other")
    awaited.deleted("a", "u1")
    assert not awaited.satisfied("a", 1)
    awaited.deleted("a", "u2")
    assert awaited.satisfied("a", 1)


def test_after_five_minutes_a_controller_acts_all_the_same() -> None:
    awaited = Expectations()
    awaited.expect_creations("a", 1, 0)
    assert not awaited.satisfied("a", TIMEOUT_US)
    assert awaited.satisfied("a", TIMEOUT_US + 1)
    awaited.expect_creations("b", 1, 0)
    awaited.forget("b")
    assert awaited.satisfied("b", 1)
