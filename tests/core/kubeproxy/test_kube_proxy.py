"""kube-proxy as a process: what a node has synced, when, and what it tells."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.dataplane.netfilter import save
from cluster_core.kubeproxy.names import service_chain

SECOND = 1_000_000
CHAIN = service_chain("SVC", "default/web:http", "TCP")


def service(name: str = "web") -> dict[str, Any]:
    spec = {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def pod() -> dict[str, Any]:
    container = {"name": "c", "image": "example/server:1", "ports": [{"containerPort": 80}]}
    meta = {"name": "web", "labels": {"app": "web"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}}


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(ClusterConfig(nodes=2, objects=(service(), pod())), seed=3)


def text(cluster: Cluster, node: str) -> str:
    return save(cluster.world.network.fabric.stacks[node].netfilter)


def test_a_service_is_refused_until_its_pod_is_ready_and_then_served_everywhere(cluster: Cluster) -> None:
    cluster.advance(1 * SECOND, 10**6)
    assert '"default/web:http has no endpoints"' in text(cluster, "node-1")
    cluster.advance(20 * SECOND, 10**6)
    for node in ("control-plane", "node-1", "node-2"):
        assert f":{CHAIN} -" in text(cluster, node) and "has no endpoints" not in text(cluster, node)
    assert text(cluster, "node-1").replace("10.244.1.0", "10.244.2.0") == text(cluster, "node-2")


def test_syncs_are_at_least_a_second_apart_and_told(cluster: Cluster) -> None:
    cluster.advance(20 * SECOND, 10**6)
    told = [
        one for one in cluster.trace.entries if one.message_id == "kube-proxy.synced" and one.actor.endswith("node-1")
    ]
    gaps = [later.at - earlier.at for earlier, later in pairwise(told)]
    assert told and all(gap >= SECOND for gap in gaps)
    assert told[0].params["object"] == "service/default/web" and told[-1].params["endpoints"] > 0


def test_a_service_that_goes_takes_its_rules_with_it(cluster: Cluster) -> None:
    cluster.advance(20 * SECOND, 10**6)
    cluster.apply(Command("delete", {"resource": "services", "name": "web", "namespace": "default"}))
    cluster.advance(cluster.now + 5 * SECOND, 10**6)
    assert "default/web" not in text(cluster, "node-1")
    assert cluster.world.services.endpoints == sum(one.endpoints for one in cluster.world.services.entries.values())


def test_nodes_that_have_synced_the_same_share_it(cluster: Cluster) -> None:
    cluster.advance(20 * SECOND, 10**6)
    stacks = cluster.world.network.fabric.stacks
    snapshots = {id(stacks[one.host].netfilter.sources["kube-proxy"].snapshot) for one in cluster.world.kube_proxies}  # type: ignore[attr-defined]
    assert len(snapshots) == 1


def test_a_quiet_cluster_syncs_nothing(cluster: Cluster) -> None:
    cluster.advance(60 * SECOND, 10**6)
    entries = len([one for one in cluster.trace.entries if one.message_id == "kube-proxy.synced"])
    cluster.advance(600 * SECOND, 10**6)
    assert len([one for one in cluster.trace.entries if one.message_id == "kube-proxy.synced"]) == entries
