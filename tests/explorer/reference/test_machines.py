"""Machines that stop, come back and join."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from explorer.reference import machines
from explorer.reference.machines import MachineError


def test_machines_join_with_addresses_of_their_own() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, kube_system=False), 8)
    for name in ("n8", "n9"):
        machines.join(cluster.world, {"name": name, "cpu": 8, "memory": "16Gi", "labels": {"disk": "ssd"}})
    cluster.advance(cluster.now + 3_000_000, 100_000)
    nodes = cluster.world.objects("nodes")
    assert nodes["n9"]["metadata"]["labels"]["disk"] == "ssd"
    assert len({node["status"]["addresses"][0]["address"] for node in nodes.values()}) == 3
    assert len(set(cluster.world.network.subnets.values())) == 3


def test_a_kubelet_stops_once_and_starts_again() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, kube_system=False), 8)
    kubelet = cluster.world.sim.processes["kubelet/node-1"]
    for _ in range(2):
        machines.stop(cluster.world, "node-1")
    assert kubelet.down
    machines.join(cluster.world, {"name": "node-1", "cpu": "1", "memory": "1Gi"})
    assert not kubelet.down
    with pytest.raises(MachineError, match="no node 'other'"):
        machines.start(cluster.world, "other")
