"""Consumption over time, as charts read it, and what metrics-server reaches."""

from __future__ import annotations

import pytest

from cluster_core.cluster.command import Command
from cluster_core.cluster.usage import Target, WorldSources
from cluster_core.cluster.world import direct
from tests.core.controllers.small_cluster import SmallCluster, deployment

SECOND = 1_000_000
MILLI = 1_000_000


def loaded() -> SmallCluster:
    """Two pods; from 20 s on, 400 millicores."""
    cluster = SmallCluster()
    cluster.create(deployment("web", 2))
    cluster.run(20 - cluster.world.sim.now / SECOND)
    direct(cluster.world, Command("load", {"selector": {"app": "web"}, "millicores": 400, "memory": "10Mi"}).parsed())
    cluster.run(30)
    return cluster


def test_series_of_pods_and_their_containers() -> None:
    cluster = loaded()
    before = cluster.world.sim.number
    rows = cluster.world.usage(Target(namespace="default"), 10 * SECOND, 40 * SECOND, 10 * SECOND)
    assert cluster.world.sim.number == before
    assert sorted({row["kind"] for row in rows}) == ["container", "pod"]
    for row in rows:
        assert [at // SECOND for at, _, _ in row["points"]] == [10, 20, 30, 40]
        assert [cpu // MILLI for _, cpu, _ in row["points"]][1:] == [0, 200, 200]
        assert row["points"][3][2] - row["points"][0][2] == 10 * 2**20


def test_a_node_is_the_sum_of_its_pods_and_its_system() -> None:
    cluster = loaded()
    at = 40 * SECOND
    nodes = [
        cluster.world.usage(Target(node=kubelet.node.name), at, at, 10 * SECOND)[0]["points"][0][1]
        for kubelet in cluster.world.kubelets
    ]
    assert sum(nodes) == 400 * MILLI + len(nodes) * 35 * MILLI
    with pytest.raises(LookupError, match="no node x"):
        cluster.world.usage(Target(node="x"), at, at, SECOND)


def test_a_pod_that_went_is_remembered() -> None:
    cluster = loaded()
    name = cluster.all("pods")[0]["metadata"]["name"]
    cluster.delete("pods", name)
    cluster.run(25)
    rows = cluster.world.usage(Target(namespace="default", pod=name), 30 * SECOND, 70 * SECOND, 10 * SECOND)
    assert rows[0]["points"][0][1] == 200 * MILLI
    assert rows[0]["points"][-1][1] == 0


def test_without_a_metrics_server_nothing_is_reached() -> None:
    sources = WorldSources(SmallCluster().world)
    assert sources.running_since() is None
    assert {machine.name for machine in sources.machines()} == {"n1", "n2"}
