"""The back-off for failed pods of a DaemonSet."""

from __future__ import annotations

from cluster_core.controllers.ended_pods import FIRST_US, MOST_US, EndedPods


def test_each_deletion_waits_twice_as_long_as_the_one_before() -> None:
    ended, now = EndedPods(), 5
    assert ended.wait("u/n1", now) == 0
    assert ended.wait("u/n1", now + 1) == FIRST_US - 1
    now += FIRST_US
    assert ended.wait("u/n1", now) == 0
    assert ended.wait("u/n1", now) == 2 * FIRST_US
    assert ended.wait("u/n2", now) == 0


def test_it_does_not_wait_longer_than_a_quarter_of_an_hour_and_forgets() -> None:
    ended, now = EndedPods(), 0
    for _ in range(20):
        now += ended.wait("u/n1", now)
        assert ended.wait("u/n1", now) <= MOST_US
    assert ended.wait("u/n1", now + 3 * MOST_US) == 0
    ended.forget("u/")
    assert ended.wait("u/n1", now) == 0
