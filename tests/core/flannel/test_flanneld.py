"""flanneld: leases as annotations on Nodes, and what every node makes of the others'."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.flannel.lease import lease_of

SECOND = 1_000_000
NODES = ("control-plane", "node-1", "node-2")


@pytest.fixture(scope="module")
def quiet() -> Cluster:
    return Cluster(ClusterConfig(nodes=2), seed=5)


def test_every_node_tells_its_vtep_and_knows_the_others(quiet: Cluster) -> None:
    nodes = quiet.world.objects("nodes")
    leases = {name: lease_of(nodes[name]) for name in NODES}
    for name in NODES:
        stack = quiet.world.network.fabric.stacks[name]
        own = leases[name]
        assert own is not None and stack.interfaces["flannel.1"].mac == own.vtep_mac
        assert stack.interfaces["flannel.1"].addresses == (f"{own.vtep}/32",)
        others = [lease for other, lease in leases.items() if other != name and lease is not None]
        assert stack.fdb == {("flannel.1", lease.vtep_mac): lease.public_ip for lease in others}
        assert {lease.subnet for lease in others} <= set(stack.routes)


def test_a_node_that_was_off_is_programmed_again_with_the_same_vtep() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), seed=5)
    before = dict(cluster.world.network.fabric.stacks["node-1"].fdb)
    mac = cluster.world.network.fabric.stacks["node-1"].interfaces["flannel.1"].mac
    cluster.apply(Command("fault", {"fault": "node-down", "target": "node-1"}))
    cluster.advance(SECOND, 10**5)
    assert not cluster.world.network.fabric.stacks["node-1"].fdb
    cluster.apply(Command("fault", {"fault": "node-up", "target": "node-1"}))
    cluster.advance(30 * SECOND, 10**5)
    stack = cluster.world.network.fabric.stacks["node-1"]
    assert stack.fdb == before and stack.interfaces["flannel.1"].mac == mac
    told = [entry for entry in cluster.trace.entries if entry.message_id == "flannel.route-added"]
    assert sorted(entry.params["node"] for entry in told) == ["control-plane", "node-2"]


def test_a_node_that_is_deleted_is_forgotten() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), seed=5)
    gone = lease_of(cluster.world.objects("nodes")["node-2"])
    assert gone is not None
    cluster.apply(Command("fault", {"fault": "node-down", "target": "node-2"}))
    cluster.apply(Command("delete", {"resource": "nodes", "name": "node-2"}))
    cluster.advance(5 * SECOND, 10**5)
    stack = cluster.world.network.fabric.stacks["node-1"]
    assert gone.subnet not in stack.routes and ("flannel.1", gone.vtep_mac) not in stack.fdb
    assert any(entry.message_id == "flannel.route-removed" for entry in cluster.trace.entries)
