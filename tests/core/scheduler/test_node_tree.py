"""The order in which nodes are looked at."""

from __future__ import annotations

from cluster_core.scheduler.node_tree import ZONE, in_order
from tests.core.scheduler.machines import node


def test_zones_take_turns() -> None:
    nodes = [node(name, labels={ZONE: zone}) for name, zone in (("a", "x"), ("b", "x"), ("c", "x"), ("d", "y"))]
    assert list(in_order({one.name: one for one in nodes})) == ["a", "d", "b", "c"]


def test_without_zones_by_name() -> None:
    assert list(in_order({name: node(name) for name in "cab"})) == ["a", "b", "c"]
