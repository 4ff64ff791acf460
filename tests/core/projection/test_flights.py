"""Dots of the architecture view."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.flights import renewals

SECOND = 1_000_000


def test_renewals_are_those_that_the_leases_show() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), seed=3)
    cluster.advance(20 * SECOND, 100_000)
    before = cluster.state_hash()
    found = renewals(cluster.world, 10 * SECOND)
    assert sorted(dot["source"] for dot in found) == ["kubelet/control-plane", "kubelet/node-1", "kubelet/node-2"]
    assert all(10 * SECOND < dot["sent"] <= 20 * SECOND and dot["arrives"] > dot["sent"] for dot in found)
    assert len({dot["sent"] for dot in found}) == 3, "machines were not switched on at one moment"
    assert renewals(cluster.world, 20 * SECOND) == []
    assert cluster.state_hash() == before, "looking changes nothing"


def test_a_silent_node_renews_no_lease() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), seed=3)
    cluster.run_until_answered(cluster.apply(Command("fault", {"fault": "node-down", "target": "node-1"})))
    cluster.advance(20 * SECOND, 100_000)
    assert "kubelet/node-1" not in [dot["source"] for dot in renewals(cluster.world, 5 * SECOND)]
