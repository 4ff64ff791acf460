"""The scheduling queue."""

from __future__ import annotations

from cluster_core.scheduler.queue import SchedulingQueue

SECOND = 1_000_000


def test_priority_first_then_the_longest_waiting() -> None:
    queue = SchedulingQueue()
    for key, priority, now in (("a", 0, 1), ("b", 5, 3), ("c", 0, 0), ("d", 5, 2)):
        queue.add(key, priority, now)
    order = []
    while (queued := queue.pop()) is not None:
        order.append(queued.key)
    assert order == ["d", "b", "c", "a"]


def test_a_parked_pod_comes_back_when_something_helps_one_of_its_plugins() -> None:
    queue = SchedulingQueue()
    queue.add("a", 0, 0)
    queued = queue.pop()
    assert queued is not None
    queue.park(queued, ["NodeResourcesFit"], 0)
    assert queue.move(lambda one: "TaintToleration" in one.plugins, 5 * SECOND) is None
    assert queue.pop() is None
    assert queue.move(lambda one: "NodeResourcesFit" in one.plugins, 5 * SECOND) is None
    assert queue.pop() is queued


def test_the_back_off_doubles_to_ten_seconds() -> None:
    queue, waits, now = SchedulingQueue(), [], 0
    queue.add("a", 0, now)
    for _ in range(6):
        queued = queue.pop()
        assert queued is not None
        queue.park(queued, ["X"], now)
        due = queue.move(lambda one: True, now)
        assert due is not None and queue.pop() is None
        waits.append((due - now) // SECOND)
        now = due
        assert queue.flush_backoff(now) is None
    assert waits == [1, 2, 4, 8, 10, 10]


def test_a_failed_binding_backs_off_too() -> None:
    queue = SchedulingQueue()
    queue.add("a", 0, 0)
    queued = queue.pop()
    assert queued is not None
    assert queue.retry(queued, 0) == SECOND
    assert queue.flush_backoff(SECOND - 1) == SECOND
    assert queue.pop() is None
    queue.flush_backoff(SECOND)
    assert queue.pop() is queued


def test_only_the_pod_that_is_still_parked_since_then_is_left_over() -> None:
    queue = SchedulingQueue()
    queue.add("a", 0, 0)
    queued = queue.pop()
    assert queued is not None
    queue.park(queued, ["X"], 7)
    assert queue.left_over("a", 7) and not queue.left_over("a", 6) and not queue.left_over("b", 7)
    queue.remove("a")
    assert not queue.left_over("a", 7) and len(queue) == 0


def test_a_pod_that_was_removed_and_added_again_has_one_place() -> None:
    queue = SchedulingQueue()
    queue.add("a", 0, 1)
    queue.remove("a")
    queue.add("a", 0, 5)
    assert queue.pop() is not None and queue.pop() is None
