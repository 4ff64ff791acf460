"""Nodes as a list."""

from __future__ import annotations

from cluster_core.scheduler.rows.layout import HOSTNAME, Layout
from tests.core.scheduler.machines import node, pod, snapshot


def test_nodes_with_the_same_numbers_have_the_same_usage() -> None:
    a, b, large = node("a"), node("b"), node("large", cpu="8")
    layout = Layout(snapshot(a, b, large))
    assert layout.usage[0] == layout.usage[1] != layout.usage[2]
    a.add_pod(pod("p"))
    layout.refresh(0)
    assert layout.usage[0] != layout.usage[1]
    b.add_pod(pod("q"))
    layout.refresh(1)
    assert layout.usage[0] == layout.usage[1]


def test_labels_by_position() -> None:
    layout = Layout(snapshot(node("a", labels={"zone": "x"}), node("b", labels={"zone": "x"}), node("c")))
    assert layout.values("zone") == ["x", "x", None]
    assert layout.is_unique(HOSTNAME) and not layout.is_unique("zone") and layout.is_unique("absent")


def test_nodes_are_alike_but_for_their_names() -> None:
    taint = [{"key": "x", "effect": "NoSchedule"}]
    layout = Layout(snapshot(node("a"), node("b"), node("c", taints=taint)))
    assert layout.likes[0] == layout.likes[1] != layout.likes[2]
    layout.replace(1, node("b", images={"web:1": 5}))
    assert layout.likes[0] != layout.likes[1]
