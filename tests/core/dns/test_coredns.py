"""CoreDNS as a process: it answers from what it has watched."""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig

SECOND = 1_000_000
PORTS = [{"name": "http", "port": 80}]
HEADLESS: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "db"},
    "spec": {"clusterIP": "None", "selector": {"app": "db"}, "ports": PORTS},
}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "db", "labels": {"app": "db"}},
    "spec": {"containers": [{"name": "c", "image": "example/server:1", "ports": [{"containerPort": 80}]}]},
}


def test_names_come_with_their_services_and_endpoints() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, objects=(HEADLESS, POD)), seed=2)
    dns = cluster.world.coredns
    assert dns.lookup("kubernetes.default.svc.cluster.local").addresses == ["10.96.0.1"]
    assert dns.lookup("db.default.svc.cluster.local").code == "NXDOMAIN"
    cluster.advance(20 * SECOND, 10**6)
    pod = cluster.world.objects("pods")["default/db"]
    assert dns.lookup("db.default.svc.cluster.local").addresses == [pod["status"]["podIP"]]
    (record,) = dns.lookup("_http._tcp.db.default.svc.cluster.local", "SRV").records
    assert record.data.startswith("0 100 80 10-244-")


def test_the_machines_name_server_knows_nothing_of_the_cluster() -> None:
    dns = Cluster(ClusterConfig(nodes=1), seed=2).world.coredns
    assert dns.outside("kubernetes.default.svc.cluster.local").code == "NXDOMAIN"
    assert dns.outside("example.com").addresses == ["198.51.100.10"]
