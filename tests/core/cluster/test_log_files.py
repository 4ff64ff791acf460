"""Logs of a whole cluster: collectors, the way to the store, what outlives its pod."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.log_store import query_of, search
from cluster_core.cluster.manifests import manifest

SECOND = 1_000_000
CONFIG = ClusterConfig(nodes=2)
TALK = ["sh", "-c", "while true; do echo tick; sleep 5; done"]


def pod(name: str, node: str) -> dict[str, Any]:
    spec = {"nodeName": node, "terminationGracePeriodSeconds": 1}
    container = {"name": "c", "image": "busybox:1.37", "command": TALK}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {**spec, "containers": [container]}}


def run(cluster: Cluster, kind: str, **params: Any) -> None:
    cluster.run_until_answered(cluster.apply(Command(kind, params)))


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster(CONFIG, seed=3)
    run(cluster, "apply", objects=[obj for _, obj in manifest("logging", CONFIG)])
    run(cluster, "apply", objects=[pod("one", "node-1"), pod("two", "node-2")])
    cluster.advance(60 * SECOND, 10**6)
    return cluster


def lines(cluster: Cluster, query: str) -> list[dict[str, Any]]:
    return list(search(cluster.world, query_of(query), 1_000)["lines"])


def test_every_line_comes_from_every_node_to_the_store(cluster: Cluster) -> None:
    for name in ("one", "two"):
        log = cluster.world.container_log("default", name).lines
        found = lines(cluster, f"pod:{name} tick")
        assert len(found) >= len(log) - 1 > 5
        assert [one["at"] for one in found] == [line.at for line in log][: len(found)]
    told = search(cluster.world, query_of(""), 10)
    assert told["store"].startswith("kube-system/victoria-logs-") and told["behind"] == [] and len(told["lines"]) == 10


def test_lines_outlive_their_pod_but_not_that_of_the_store(cluster: Cluster) -> None:
    run(cluster, "delete", resource="pods", name="one", namespace="default")
    cluster.advance(cluster.now + 10 * SECOND, 10**6)
    assert "default/one" not in cluster.world.objects("pods") and len(lines(cluster, "pod:one")) > 10
    store = search(cluster.world, query_of(""), 0)["store"].partition("/")[2]
    run(cluster, "delete", resource="pods", name=store, namespace="kube-system")
    cluster.advance(cluster.now + 60 * SECOND, 10**6)
    assert lines(cluster, "pod:one") == [] and lines(cluster, "pod:two")


def test_a_node_without_its_collector_is_behind_until_it_is_back(cluster: Cluster) -> None:
    collector = cluster.world.sim.processes["fluent-bit/node-1"]
    cluster.world.programs.end("fluent-bit", "node-1")
    before = len(lines(cluster, "pod:one"))
    cluster.advance(cluster.now + 30 * SECOND, 10**6)
    assert len(lines(cluster, "pod:one")) == before and search(cluster.world, query_of(""), 0)["behind"] == ["node-1"]
    assert collector.down
    cluster.world.programs.begin("fluent-bit", "node-1")
    cluster.advance(cluster.now + 3 * SECOND, 10**6)
    assert len(lines(cluster, "pod:one")) >= before + 6


def test_without_dns_nothing_arrives_and_nothing_is_lost(cluster: Cluster) -> None:
    before = len(lines(cluster, ""))
    scale = {"resource": "deployments.apps", "name": "coredns", "namespace": "kube-system"}
    run(cluster, "scale", replicas=0, **scale)
    cluster.advance(cluster.now + 30 * SECOND, 10**6)
    stuck = len(lines(cluster, "tick"))
    assert any(one.message_id == "fluent-bit.not-sent" for one in cluster.trace.entries)
    run(cluster, "scale", replicas=2, **scale)
    cluster.advance(cluster.now + 120 * SECOND, 10**6)
    assert len(lines(cluster, "tick")) >= stuck + 2 * 28 and stuck >= before


def test_the_store_answers_inside_the_cluster_too(cluster: Cluster) -> None:
    reach = cluster.world.kubelets[1].reach
    (address,) = reach.resolve("default", "one", "victoria-logs.kube-system", "A", "").addresses
    asked = b"GET /select/logsql/query?query=pod:two%20tick&limit=2 HTTP/1.1\r\nHost: x\r\n\r\n"
    data = reach.exchange("default", "one", address, 9428, asked).data  # type: ignore[union-attr]
    assert data.startswith(b"HTTP/1.1 200 ") and data.count(b'"_msg": "tick"') == 2
