"""Packets through a whole cluster: what its programs have made of the network, and what faults do to it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig

SECOND = 1_000_000


def deployment(name: str, replicas: int, port: int, **pod_spec: Any) -> dict[str, Any]:
    labels = {"app": name}
    container = {"name": "c", "image": "example/server:1", "ports": [{"containerPort": port}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container], **pod_spec}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def service(name: str, app: str, **spec: Any) -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    body = {"selector": {"app": app}, "ports": ports, **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": body}


OBJECTS = [
    deployment("web", 3, 8080),
    deployment("client", 1, 9),
    service("web", "web"),
    service("headless", "web", clusterIP="None"),
    service("empty", "nobody"),
    service("outside", "web", type="NodePort"),
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "alias"},
        "spec": {"type": "ExternalName", "externalName": "web.default.svc.cluster.local"},
    },
]


def running() -> Cluster:
    cluster = Cluster(ClusterConfig(objects=tuple(OBJECTS)), seed=11)
    cluster.advance(30 * SECOND, 10**6)
    return cluster


@pytest.fixture(scope="module")
def quiet() -> Cluster:
    """A running cluster that tests only look at."""
    return running()


def pods(cluster: Cluster, app: str) -> list[dict[str, Any]]:
    found = cluster.world.objects("pods").values()
    return [pod for pod in found if (pod["metadata"].get("labels") or {}).get("app") == app]


def client(cluster: Cluster) -> str:
    return f"pod/default/{pods(cluster, 'client')[0]['metadata']['name']}"


def send(cluster: Cluster, target: str, port: int = 80, protocol: str = "tcp", **more: Any) -> Any:
    source = more.pop("source", None) or client(cluster)
    return cluster.world.send_packet(source, target, protocol, port, **more)


@pytest.mark.parametrize(
    ("target", "port", "result", "reason"),
    [
        ("service/default/web", 80, "delivered", "packet.answered"),
        ("service/default/headless", 8080, "delivered", "packet.answered"),
        ("service/default/alias", 80, "delivered", "packet.answered"),
        ("service/default/empty", 80, "rejected", "packet.port-unreachable"),
        ("service/default/kubernetes", 443, "delivered", "packet.answered"),
        ("web", 80, "delivered", "packet.answered"),
        ("web.default", 80, "delivered", "packet.answered"),
        ("example.com", 443, "delivered", "packet.answered"),
        ("nowhere", 80, "rejected", "packet.name-unknown"),
        ("node/node-1", 10250, "delivered", "packet.answered"),
        ("node/node-1", 9999, "rejected", "packet.connection-refused"),
        ("internet", 80, "delivered", "packet.answered"),
        ("192.168.66.77", 80, "rejected", "packet.host-unreachable"),
    ],
)
def test_from_a_pod(quiet: Cluster, target: str, port: int, result: str, reason: str) -> None:
    journey = send(quiet, target, port)
    assert (journey["result"], journey["reason"]["id"]) == (result, reason)


@pytest.mark.parametrize("source", ["node/node-2", "lan-client"])
def test_a_node_port_is_open_on_every_node(quiet: Cluster, source: str) -> None:
    port = quiet.world.objects("services")["default/outside"]["spec"]["ports"][0]["nodePort"]
    for node in ("control-plane", "node-1", "node-2", "node-3"):
        assert send(quiet, f"node/{node}", port, source=source)["result"] == "delivered"


def test_from_the_internet_only_what_the_router_forwards_gets_in(quiet: Cluster) -> None:
    assert send(quiet, "node/node-1", 30080, source="internet")["reason"]["id"] == "packet.no-route"
    refused = send(quiet, "router", 80, source="internet")
    assert (refused["result"], refused["reason"]["params"]["from"]) == ("rejected", "203.0.113.2")
    cluster = running()
    body = service("front", "web", type="NodePort")
    body["spec"]["ports"][0]["nodePort"] = 30080
    cluster.apply(Command("apply", {"objects": [body]}))
    cluster.advance(cluster.now + 5 * SECOND, 10**6)
    journey = send(cluster, "router", 80, source="internet")
    assert journey["result"] == "delivered"
    assert next(hop["node"] for hop in journey["request"] if hop["verdict"] == "translated") == "router"


def test_attempts_reach_every_endpoint_and_never_another(quiet: Cluster) -> None:
    addresses = {pod["status"]["podIP"] for pod in pods(quiet, "web")}
    reached = set()
    for attempt in range(40):
        journey = send(quiet, "service/default/web", attempt=attempt)
        last = journey["request"][-1]["after"]["layers"][-2]
        reached.add(last["fields"]["dst"])
    assert reached == addresses


def test_a_probe_leaves_no_trace_and_repeats_itself(quiet: Cluster) -> None:
    before = quiet.state_hash()
    assert send(quiet, "service/default/web", attempt=3) == send(quiet, "service/default/web", attempt=3)
    assert quiet.state_hash() == before


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("pod/default/nobody", "internet", "no pod default/nobody"),
        ("node/nowhere", "internet", "no node nowhere"),
        ("node/router", "internet", "no node router"),
        ("moon", "internet", "no place a packet can start"),
        ("lan-client", "pod/default/nobody", "no pod"),
        ("lan-client", "service/default/nobody", "no service"),
        ("lan-client", "node/nobody", "no node"),
        ("lan-client", "a b", "no target"),
        ("lan-client", "deployment/default/web", "no target"),
    ],
)
def test_what_is_not_there_is_said(quiet: Cluster, source: str, target: str, words: str) -> None:
    with pytest.raises(LookupError, match=words):
        send(quiet, target, source=source)


def fault(cluster: Cluster, name: str, target: str, seconds: float = 0.0) -> None:
    cluster.apply(Command("fault", {"fault": name, "target": target}))
    cluster.advance(cluster.now + 1000 + int(seconds * SECOND), 10**6)


def test_a_machine_that_goes_down_is_silent_and_is_programmed_again_when_it_is_back() -> None:
    cluster = running()
    victim = next(pod for pod in pods(cluster, "web") if pod["spec"]["nodeName"] != _node_of_client(cluster))
    node, address = victim["spec"]["nodeName"], victim["status"]["podIP"]
    assert send(cluster, address, 8080)["result"] == "delivered"
    fault(cluster, "node-down", node)
    lost = send(cluster, address, 8080)
    assert (lost["result"], lost["reason"]["id"]) == ("dropped", "packet.flooded")
    with pytest.raises(LookupError, match="its machine is down"):
        send(cluster, "internet", source=f"pod/default/{victim['metadata']['name']}")
    fault(cluster, "node-up", node, seconds=30)
    assert send(cluster, f"node/{node}", 10250)["result"] == "delivered"
    again = [pod for pod in pods(cluster, "web") if pod["spec"]["nodeName"] == node]
    assert again and all(send(cluster, pod["status"]["podIP"], 8080)["result"] == "delivered" for pod in again)


def _node_of_client(cluster: Cluster) -> str:
    return str(pods(cluster, "client")[0]["spec"]["nodeName"])


def test_a_node_that_is_cut_off_keeps_its_old_rules_until_it_is_back() -> None:
    cluster = running()
    node = _node_of_client(cluster)
    fault(cluster, "partition", node)
    cluster.apply(Command("apply", {"objects": [service("late", "web")]}))
    cluster.advance(cluster.now + 5 * SECOND, 10**6)
    chains = {
        proxy.host: proxy.fabric.stacks[proxy.host].netfilter.names("nat") for proxy in cluster.world.kube_proxies
    }
    elsewhere = next(name for name in chains if name != node)
    assert len(chains[node]) < len(chains[elsewhere])
    assert send(cluster, "service/default/web")["result"] != "delivered" or _stays(cluster, node)
    fault(cluster, "heal", node, seconds=5)
    chains = {
        proxy.host: proxy.fabric.stacks[proxy.host].netfilter.names("nat") for proxy in cluster.world.kube_proxies
    }
    assert len(chains[node]) == len(chains[elsewhere])
    assert send(cluster, "service/default/late")["result"] == "delivered"


def _stays(cluster: Cluster, node: str) -> bool:
    """Whether the drawn endpoint was on the cut-off node itself."""
    journey = send(cluster, "service/default/web")
    return all(hop["node"] == node for hop in journey["request"])


def test_without_coredns_names_are_not_found_but_addresses_are() -> None:
    cluster = running()
    cluster.apply(
        Command("scale", {"resource": "deployments", "name": "coredns", "namespace": "kube-system", "replicas": 0})
    )
    cluster.advance(cluster.now + 40 * SECOND, 10**6)
    journey = send(cluster, "web")
    assert (journey["result"], journey["reason"]["id"]) == ("rejected", "packet.name-server-silent")
    assert send(cluster, "service/default/web")["result"] == "delivered"


def test_a_seek_brings_the_network_back_too() -> None:
    cluster = running()
    there = cluster.now
    before = send(cluster, "service/default/web")
    cluster.advance(there + SECOND, 10**6)
    fault(cluster, "node-down", "node-1", seconds=60)
    cluster.seek(at=there)
    assert send(cluster, "service/default/web") == before
