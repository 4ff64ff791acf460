"""The work queue: a key is worked on once at a time; failures back off."""

from __future__ import annotations

from cluster_core.client.workqueue import MAX_DELAY_US, WorkQueue


def test_keys_come_in_order_and_once() -> None:
    queue = WorkQueue()
    assert [queue.add(key) for key in "abab"] == [True, True, False, False]
    assert [queue.get(), queue.get(), queue.get()] == ["a", "b", None]


def test_a_key_that_is_added_while_it_is_worked_on_comes_again() -> None:
    queue = WorkQueue()
    queue.add("a")
    queue.get()
    assert not queue.add("a")
    assert queue.get() is None
    assert queue.done("a")
    assert queue.get() == "a"
    assert not queue.done("a")
    assert len(queue) == 0


def test_failures_back_off_from_five_milliseconds_to_a_thousand_seconds() -> None:
    queue = WorkQueue()
    delays = [queue.back_off("a") for _ in range(25)]
    assert delays[:4] == [5_000, 10_000, 20_000, 40_000]
    assert delays[-1] == MAX_DELAY_US == 1_000_000_000
    queue.forget("a")
    assert queue.back_off("a") == 5_000
