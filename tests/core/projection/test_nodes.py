"""Node cards and service cards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cluster_core.projection.nodes import node_card, service_card

MIB = 1 << 20


def source(**kubelets: bool) -> Any:
    """Kubelets by node, and whether they are down."""
    processes = {f"kubelet/{name}": SimpleNamespace(down=down) for name, down in kubelets.items()}
    return SimpleNamespace(sim=SimpleNamespace(processes=processes))


def node(ready: str | None = "True", **spec: Any) -> Any:
    conditions = [] if ready is None else [{"type": "Ready", "status": ready}]
    addresses = [{"type": "Hostname", "address": "n1"}, {"type": "InternalIP", "address": "172.18.0.3"}]
    return {
        "metadata": {"name": "n1", "uid": "u", "labels": {}},
        "spec": spec,
        "status": {"conditions": conditions, "addresses": addresses, "allocatable": {"cpu": "1500m", "memory": "1Gi"}},
    }


def asking(cpu: str, memory: str, **fields: Any) -> Any:
    return {"name": "c", "image": "i", "resources": {"requests": {"cpu": cpu, "memory": memory}}, **fields}


def pod(*containers: Any, phase: str = "Running", inits: tuple[Any, ...] = (), **spec: Any) -> Any:
    return {"spec": {"containers": list(containers), "initContainers": list(inits), **spec}, "status": {"phase": phase}}


SMALL = asking("100m", "64Mi")


@pytest.mark.parametrize(
    ("pods", "cpu", "mib", "count"),
    [
        ([], 0, 0, 0),
        ([pod(SMALL), pod(SMALL, SMALL)], 300, 192, 2),
        ([pod({"name": "c", "image": "i"})], 0, 0, 1),
        ([pod(SMALL, phase="Succeeded"), pod(SMALL, phase="Failed"), pod(SMALL, phase="Pending")], 100, 64, 1),
        ([pod(SMALL, inits=(asking("900m", "16Mi"),))], 900, 64, 1),
        ([pod(SMALL, inits=(asking("50m", "16Mi", restartPolicy="Always"),))], 150, 80, 1),
        ([pod(SMALL, overhead={"cpu": "10m", "memory": "1Mi"})], 110, 65, 1),
    ],
    ids=["nobody", "sum", "asks for nothing", "ended", "a large init container", "a sidecar", "overhead"],
)
def test_what_pods_take_of_a_node_is_what_the_scheduler_counts(pods: list[Any], cpu: int, mib: int, count: int) -> None:
    card = node_card(node(), source(n1=False), pods)
    assert (card["cpu"], card["memory"], card["pods"]) == ([cpu, 1500], [mib * MIB, 1024 * MIB], count)


@pytest.mark.parametrize(
    ("kubelets", "told", "up", "ready"),
    [
        ({"n1": False}, "True", True, "True"),
        ({"n1": True}, "True", False, "True"),
        ({"n1": True}, "Unknown", False, "Unknown"),
        ({}, None, False, "Unknown"),
    ],
    ids=["lives", "just died: nobody has noticed", "noticed", "made by hand"],
)
def test_whether_a_node_is_up_and_what_is_known_of_it(
    kubelets: dict[str, bool], told: str | None, up: bool, ready: str
) -> None:
    card = node_card(node(told), source(**kubelets), [])
    assert (card["up"], card["ready"]) == (up, ready)


def test_marks_of_a_node() -> None:
    taints = [{"key": "dedicated", "value": "x", "effect": "NoSchedule"}]
    cordoned = node(unschedulable=True, taints=taints, podCIDR="10.244.1.0/24")
    cordoned["metadata"]["labels"] = {"node-role.kubernetes.io/control-plane": ""}
    card = node_card(cordoned, source(), [])
    assert card["unschedulable"] and card["control_plane"] and card["taints"] == ["dedicated:NoSchedule"]
    assert (card["ip"], card["pod_cidr"]) == ("172.18.0.3", "10.244.1.0/24")
    bare = node_card({"metadata": {"name": "n1", "uid": "u"}}, source(), [])
    assert (bare["ip"], bare["cpu"], bare["taints"], bare["control_plane"]) == ("", [0, 0], [], False)


def service(**spec: Any) -> Any:
    return {"metadata": {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "12"}, "spec": spec}


def test_ports_of_a_service() -> None:
    ports = [{"port": 80}, {"name": "dns", "port": 53, "targetPort": "named", "protocol": "UDP", "nodePort": 30053}]
    card = service_card(service(type="NodePort", clusterIP="10.96.0.9", ports=ports), [])
    assert card["ports"] == [
        {"name": "", "port": 80, "target": 80, "node_port": 0, "protocol": "TCP"},
        {"name": "dns", "port": 53, "target": "named", "node_port": 30053, "protocol": "UDP"},
    ]
    assert (card["type"], card["cluster_ip"], card["endpoints"], card["rv"]) == ("NodePort", "10.96.0.9", [], 12)


def test_endpoints_of_all_slices_in_order() -> None:
    first = {
        "endpoints": [
            {
                "addresses": ["10.244.1.2"],
                "conditions": {"ready": True},
                "nodeName": "n1",
                "targetRef": {"kind": "Pod", "name": "web-a"},
            },
            {"addresses": ["10.244.1.3"], "conditions": {"ready": False}},
        ]
    }
    empty: Any = {"endpoints": None}
    second = {"endpoints": [{"addresses": ["192.0.2.1"]}]}
    card = service_card(service(), [first, empty, second])
    assert [(one["ip"], one["pod"], one["node"], one["ready"]) for one in card["endpoints"]] == [
        ("10.244.1.2", "web-a", "n1", True),
        ("10.244.1.3", "", "", False),
        ("192.0.2.1", "", "", True),
    ], "an endpoint that says nothing is ready, as consumers must read it"
