"""The scheduling queue."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.queue import QueuedPod, SchedulingQueue
from cluster_core.scheduler.queueing_hints import QueueingHints
from tests.core.scheduler.machines import node, pod, profile

SECOND = 1_000_000
FIT = ["NodeResourcesFit"]


def _queue() -> SchedulingQueue:
    return SchedulingQueue(QueueingHints([profile()]))


def _pod(name: str, priority: int = 0, **spec: Any) -> Obj:
    return pod(name, priority=priority, **spec).pod


def _popped(queue: SchedulingQueue, now: int = 0) -> QueuedPod:
    queued = queue.pop(now)
    assert queued is not None
    return queued


def _freed() -> Obj:
    return pod("other", nodeName="n1").pod


def test_priority_first_then_the_longest_waiting_then_the_first_that_came() -> None:
    queue = _queue()
    for name, priority, now in (("a", 0, 1), ("b", 5, 3), ("c", 0, 0), ("d", 5, 2), ("aa", 0, 1)):
        queue.add(_pod(name, priority), now)
    order = [_popped(queue).key for _ in range(5)]
    assert order == [f"default/{name}" for name in ("d", "b", "c", "a", "aa")]
    assert queue.pop(9) is None and not queue.can_pop


def test_an_unschedulable_pod_comes_back_when_something_helps_a_plugin_that_refused_it() -> None:
    queue = _queue()
    queue.add(_pod("a"), 0)
    queued = _popped(queue)
    queue.give_back(queued, FIT, 0)
    taints = {"spec": {"taints": []}, "metadata": {}}
    queue.move("Node/UpdateNodeTaint", taints, taints, 5 * SECOND)
    assert queue.pop(5 * SECOND) is None
    queue.move("AssignedPod/Delete", _freed(), None, 5 * SECOND)
    assert queue.pop(5 * SECOND) is queued and queued.attempts == 2


def test_only_some_pods_may_be_meant() -> None:
    queue = _queue()
    for name, priority in (("a", 1), ("b", 7)):
        queue.add(_pod(name, priority), 0)
    for _ in range(2):
        queue.give_back(_popped(queue), FIT, 0)
    queue.move("AssignedPod/Delete", _freed(), None, 5 * SECOND, lambda queued: queued.priority < 5)
    assert [*queue.active] == ["default/a"] and [*queue.unschedulable] == ["default/b"]


def test_the_back_off_doubles_to_ten_seconds_and_ends_with_a_whole_second() -> None:
    queue, waits, now = _queue(), [], SECOND // 4
    queue.add(_pod("a"), now)
    for _ in range(6):
        queue.active |= {
            "default/x": queue.active["default/a"]
        }  # somebody else is active: nobody is taken out of back-off
        queued = _popped(queue, now)
        queue.give_back(queued, FIT, now)
        queue.move("AssignedPod/Delete", _freed(), None, now)
        assert [*queue.backoff] == ["default/a"]
        due = queue.due()
        assert due is not None and due % SECOND == 0
        queue.flush(due - 1)
        assert [*queue.backoff] == ["default/a"]
        queue.flush(due)
        assert "default/a" in queue.active
        waits.append((due - now) // SECOND)
        now = due + SECOND // 4
    assert waits == [1, 2, 4, 8, 10, 10]


def test_without_active_pods_back_off_is_cut_short_but_not_after_an_error() -> None:
    queue = _queue()
    for name in ("a", "b"):
        queue.add(_pod(name), 0)
    first, second = _popped(queue), _popped(queue)
    queue.give_back(first, FIT, 0)
    queue.move("AssignedPod/Delete", _freed(), None, 0)
    queue.give_back(second, [], 0)
    assert {*queue.backoff} == {"default/a", "default/b"} and queue.can_pop
    assert queue.pop(1) is first
    assert queue.pop(1) is None and not queue.can_pop
    queue.flush(2 * SECOND)
    assert queue.pop(2 * SECOND) is second


def test_pods_of_one_second_leave_back_off_in_order_of_priority() -> None:
    queue = _queue()
    for name, priority in (("a", 1), ("b", 9)):
        queue.add(_pod(name, priority), 0)
    high, low = _popped(queue), _popped(queue)
    queue.give_back(low, FIT, 10)
    queue.give_back(high, FIT, 20)
    queue.move("AssignedPod/Delete", _freed(), None, 30)
    assert queue.pop(30) is high and queue.pop(30) is low


def test_what_happens_during_its_flight_is_not_missed() -> None:
    queue = _queue()
    queue.add(_pod("a"), 0)
    queue.add(_pod("b"), 0)
    first = _popped(queue)
    queue.move("AssignedPod/Delete", _freed(), None, 1)
    second = _popped(queue)
    queue.give_back(second, FIT, 2)
    assert [*queue.unschedulable] == ["default/b"], "that was before its flight"
    queue.give_back(first, FIT, 2)
    assert [*queue.backoff] == ["default/a"]
    assert not queue.in_flight and not queue._events


def test_a_pod_is_left_over_after_five_minutes_at_the_next_round_of_thirty_seconds() -> None:
    queue = _queue()
    queue.add(_pod("a"), 0)
    queued = _popped(queue)
    queue.give_back(queued, FIT, 7 * SECOND)
    assert queue.due() == 330 * SECOND
    queue.flush(329 * SECOND)
    assert queue.pop(329 * SECOND) is None
    queue.flush(330 * SECOND)
    assert queue.pop(330 * SECOND) is queued


def test_a_gated_pod_waits_for_the_last_of_its_gates() -> None:
    queue = _queue()
    gated = _pod("a", schedulingGates=[{"name": "x"}, {"name": "y"}])
    queue.add(gated, 0)
    assert queue.pop(0) is None and queue.due() is None
    assert queue.unschedulable["default/a"].gated_by == "SchedulingGates"
    queue.move("AssignedPod/Delete", _freed(), None, 1)
    one_less = {**gated, "spec": {**gated["spec"], "schedulingGates": [{"name": "y"}]}}
    queue.update(gated, one_less, 2)
    assert queue.pop(2) is None
    queue.update(one_less, {**gated, "spec": {**gated["spec"], "schedulingGates": []}}, 3)
    assert _popped(queue, 3).attempts == 1


def test_a_waiting_pod_changes_where_it_is() -> None:
    queue = _queue()
    before = _pod("a")
    queue.add(before, 0)
    after = {**before, "metadata": {**before["metadata"], "labels": {"x": "y"}}}
    queue.update(before, after, 1)
    queued = _popped(queue)
    assert queued.info.labels == {"x": "y"} and queued.since == 0
    queue.give_back(queued, ["TaintToleration"], 2 * SECOND)
    tolerant = {**after, "spec": {**after["spec"], "tolerations": [{"operator": "Exists"}]}}
    queue.update(after, tolerant, 9 * SECOND)
    assert _popped(queue, 9 * SECOND).info.pod is tolerant


def test_a_pod_that_was_removed_and_added_again_has_one_place() -> None:
    queue = _queue()
    queue.add(_pod("a"), 1)
    queue.remove("default/a", "a")
    queue.add(_pod("a"), 5)
    assert queue.pop(5) is not None and queue.pop(5) is None and len(queue) == 0


def test_a_node_that_is_too_small_wakes_nobody() -> None:
    queue = _queue()
    queue.add(_pod("a", cpu="6"), 0)
    queue.give_back(_popped(queue), FIT, 0)
    queue.move("Node/Add", None, node("n9", cpu="4").node, 5 * SECOND)
    assert queue.pop(5 * SECOND) is None
    queue.move("Node/Add", None, node("n9", cpu="8").node, 5 * SECOND)
    assert queue.pop(5 * SECOND) is not None


def test_who_is_let_go_is_tried_at_once() -> None:
    queue = _queue()
    queue.add(_pod("a"), 0)
    queue.give_back(_popped(queue), FIT, 0)
    queue.activate(_pod("a"), 1)
    queued = _popped(queue, 1)
    queue.activate(_pod("a"), 2)
    queue.give_back(queued, FIT, 3)
    assert [*queue.backoff] == ["default/a"], "also when it was in flight"


def test_a_nomination_is_known_until_the_pod_is_gone() -> None:
    queue = _queue()
    waiting = _pod("a", status={"nominatedNodeName": "n1"})
    queue.add(waiting, 0)
    assert [one.key for one in queue.nominator.by_node["n1"]] == ["default/a"]
    queue.update(waiting, {**waiting, "status": {"nominatedNodeName": "n2"}}, 1)
    assert [*queue.nominator.by_node] == ["n2"]
    queue.remove("default/a", "a")
    assert not queue.nominator.by_node
