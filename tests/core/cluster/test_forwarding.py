"""Doors into pods for clients outside."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.forwarding import dialed, opened
from tests.core.kubelet.test_containers import SECOND, started

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: host}
spec: {hostNetwork: true, containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
"""


@pytest.fixture(scope="module")
def made() -> Cluster:
    return started(PODS)


@pytest.fixture
def cluster(made: Cluster) -> Cluster:
    return made.fork()


def give(cluster: Cluster, **params: Any) -> dict[str, Any]:
    index = cluster.apply(Command("forward", {"namespace": "default", "pod": "web", "port": 80, **params}))
    answer = cluster.run_until_answered(index)
    assert answer is not None
    found: dict[str, Any] = answer[0]
    return found


def test_a_port_inside_a_pod(cluster: Cluster) -> None:
    before = cluster.state_hash()
    for pod in ("web", "host"):
        door = opened(cluster.world, "default", pod, 80)
        assert (door.listener, door.port, door.client, door.refusal) == ("c", 80, "127.0.0.1", "")
        refused = opened(cluster.world, "default", pod, 81).refusal
        assert "failed to execute portforward in network namespace" in refused
        assert "dial tcp4 127.0.0.1:81: connect: connection refused" in refused
    assert opened(cluster.world, "default", "none", 80).refusal == 'pods "none" not found'
    assert cluster.state_hash() == before


def test_an_address_as_the_api_server_reaches_it(cluster: Cluster) -> None:
    address = cluster.world.objects("pods")["default/web"]["status"]["podIP"]
    door = dialed(cluster.world, address, 80)
    assert (door.listener, door.refusal) == ("c", "")
    assert dialed(cluster.world, address, 81).refusal == f"dial tcp {address}:81: connect: connection refused"
    assert dialed(cluster.world, "10.244.99.99", 80).refusal.startswith("dial tcp 10.244.99.99:80: ")
    assert dialed(cluster.world, "nonsense", 80).refusal.startswith("dial tcp nonsense:80: ")
    node = cluster.world.objects("pods")["default/web"]["spec"]["nodeName"]
    cluster.apply(Command("fault", {"fault": "node-down", "target": node}))
    cluster.advance(cluster.now + SECOND, 100_000)
    assert dialed(cluster.world, address, 80).refusal.startswith(f"dial tcp {address}:80: ")


def test_who_asked_is_in_the_access_log(cluster: Cluster) -> None:
    address = cluster.world.objects("pods")["default/web"]["status"]["podIP"]
    get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert give(cluster, data=get)["data"].startswith("HTTP/1.1 200 OK\r\n")
    assert give(cluster, data=get, address=address)["data"].startswith("HTTP/1.1 200 OK\r\n")
    lines = cluster.world.container_log("default", "web").lines
    assert [line.text.partition(" ")[0] for line in lines[-2:]] == ["127.0.0.1", "192.168.66.10"]
    assert give(cluster, data=get, address=address, port=81)["error"] == "Refused"


@pytest.mark.parametrize("params", [{"address": 5}, {"port": 0}, {"data": "中"}])
def test_what_cannot_be_asked(params: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        Command("forward", {"namespace": "default", "pod": "web", "port": 80, **params}).parsed()
