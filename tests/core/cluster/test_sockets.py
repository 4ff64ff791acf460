"""Who listens where."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.sockets import WorldSockets
from cluster_core.dataplane import lan

SECOND = 1_000_000


def pod(name: str, **spec: Any) -> dict[str, Any]:
    ports = [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 8080}]
    container = {"name": "server", "image": "example/server:1", "ports": ports}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [container], **spec}}


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    objects = (pod("web", nodeName="node-1"), pod("host", nodeName="node-1", hostNetwork=True))
    found = Cluster(ClusterConfig(nodes=1, objects=objects), seed=4)
    found.advance(20 * SECOND, 10**6)
    return found


@pytest.mark.parametrize(
    ("netns", "protocol", "port", "listener"),
    [
        ("web", "TCP", 8080, "server"),
        ("web", "UDP", 53, "server"),
        ("web", "TCP", 53, ""),
        ("web", "TCP", 81, ""),
        ("node-1", "TCP", 8080, "server"),
        ("node-1", "TCP", 10250, "kubelet"),
        ("node-1", "TCP", 10256, "kube-proxy"),
        ("node-1", "UDP", 10250, ""),
        ("node-1", "TCP", 6443, ""),
        ("control-plane", "TCP", 6443, "kube-apiserver"),
        (lan.INTERNET, "TCP", 443, "web server"),
        (lan.INTERNET, "UDP", 443, ""),
        (lan.ROUTER, "UDP", 53, "name server"),
        (lan.LAN_CLIENT, "TCP", 80, ""),
    ],
)
def test_listeners(cluster: Cluster, netns: str, protocol: str, port: int, listener: str) -> None:
    uid = cluster.world.objects("pods")["default/web"]["metadata"]["uid"]
    place = f"pod/{uid}" if netns == "web" else netns
    assert WorldSockets(cluster.world).listener(place, protocol, port) == listener


def test_nobody_listens_before_the_container_is_up() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, objects=(pod("web"),)), seed=4)
    uid, netns = "", ""
    while netns not in cluster.world.network.fabric.sandboxes:
        cluster.step()
        found = cluster.world.objects("pods").get("default/web")
        uid = found["metadata"]["uid"] if found is not None else ""
        netns = f"pod/{uid}"
    assert WorldSockets(cluster.world).listener(netns, "TCP", 8080) == ""
