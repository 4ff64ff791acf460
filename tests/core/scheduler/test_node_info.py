"""Nodes as the scheduler sees them."""

from __future__ import annotations

from tests.core.scheduler.machines import node, pod


def test_a_pod_is_on_a_node_once() -> None:
    there, one = node(), pod("a", "1")
    there.add_pod(one)
    there.add_pod(one)
    assert there.requested.cpu == 1000
    there.remove_pod("a")
    there.remove_pod("a")
    assert there.requested.cpu == 0


def test_a_copy_is_changed_alone() -> None:
    there = node()
    there.add_pod(pod("a", "1"))
    other = there.copy()
    other.add_pod(pod("b", "1"))
    other.remove_pod("a")
    assert (list(there.pods), there.requested.cpu) == (["a"], 1000)
    assert (list(other.pods), other.requested.cpu) == (["b"], 1000)
