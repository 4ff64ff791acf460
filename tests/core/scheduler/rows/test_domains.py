"""Counted pods by topology value."""

from __future__ import annotations

from cluster_core.scheduler.rows.domains import Domains
from cluster_core.scheduler.rows.layout import HOSTNAME, Layout
from tests.core.scheduler.machines import node, snapshot

ZONES = (("a", "x"), ("b", "x"), ("c", "y"), ("d", ""))
LAYOUT = Layout(snapshot(*(node(name, labels={"zone": zone} if zone else {}) for name, zone in ZONES)))


def test_values_that_nodes_share_are_summed() -> None:
    counts = {"a": 2, "d": 9}
    zones = Domains(LAYOUT, "zone", counts, own=False)
    assert [zones.part(place) for place in range(4)] == ["x", "x", "y", None]
    assert (zones.count("x"), zones.count("y"), zones.least(1), zones.least(3), zones.all) == (2, 0, 0, 0, 2)
    counts |= {"b": 1, "c": 4}
    assert not zones.refresh(1, "b") and not zones.refresh(2, "c") and not zones.refresh(3, "d")
    assert (zones.count("x"), zones.count("y"), zones.least(2), zones.all) == (3, 4, 3, 7)


def test_where_each_node_is_a_domain_nodes_with_as_many_pods_are_alike() -> None:
    counts = {"a": 1}
    hosts = Domains(LAYOUT, HOSTNAME, counts, own=True)
    assert [hosts.part(place) for place in range(4)] == [1, 0, 0, 0]
    assert (hosts.count(1), hosts.least(1), hosts.least(5), hosts.histogram) == (1, 0, 0, {1: 1, 0: 3})
    counts |= {"b": 1, "c": 1, "d": 2}
    assert [hosts.refresh(place, name) for place, name in enumerate("abcd")] == [False, True, True, True]
    assert (hosts.least(4), hosts.histogram) == (1, {1: 3, 2: 1})


def test_nodes_that_are_left_out_do_not_count() -> None:
    zones = Domains(LAYOUT, "zone", {"a": 1, "b": 5}, own=False, included=[True, False, False, False])
    assert zones.sums == {"x": 1} and not zones.refresh(1, "b") and zones.least(1) == 1
