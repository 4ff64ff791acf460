"""What would make a pod fit: every suggestion that calls itself sufficient is."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.fit_suggestions import fit_suggestions, quantity
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from tests.core.scheduler.machines import node, pod, profile, snapshot

TAINT = {"key": "x", "value": "y", "effect": "NoSchedule"}
TERM = {
    "matchExpressions": [
        {"key": "disk", "operator": "In", "values": ["ssd"]},
        {"key": "old", "operator": "DoesNotExist"},
    ]
}
AFFINITY = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [TERM]}}}
PORT = [{"containerPort": 80, "hostPort": 80}]

Found = list[tuple[str, dict[str, Any], bool]]


def _found(asking: PodInfo, there: NodeInfo) -> Found:
    cards = fit_suggestions(profile(), asking, snapshot(there), [there.name])[there.name]
    return [(card["id"], card["params"], card["sufficient"]) for card in cards]


def _with(there: NodeInfo, *pods: PodInfo) -> NodeInfo:
    for one in pods:
        there.add_pod(one)
    return there


def _lower(to: int, quantity: str) -> dict[str, object]:
    container = {"container": "c", "container_quantity": quantity}
    return {"resource": "cpu", "to": to, "quantity": quantity, **container}


@pytest.mark.parametrize(
    ("asking", "there", "expected"),
    [
        (pod(), node(unschedulable=True), [("fit.uncordon", {}, True)]),
        (
            pod(),
            node(taints=[TAINT]),
            [("fit.remove-taint", TAINT, True), ("fit.add-toleration", TAINT, True)],
        ),
        (
            pod(nodeSelector={"a": "b"}),
            node(labels={"a": "c"}),
            [("fit.add-label", {"key": "a", "value": "b"}, True)],
        ),
        (
            pod(affinity=AFFINITY),
            node(labels={"old": "yes"}),
            [("fit.add-label", {"key": "disk", "value": "ssd"}, False), ("fit.remove-label", {"key": "old"}, False)],
        ),
        (
            pod(cpu="9"),
            node(cpu="8"),
            [("fit.lower-request", _lower(8000, "8"), True)],
        ),
        (
            pod(cpu="3"),
            _with(node(cpu="4"), pod("a", cpu="1500m"), pod("b", cpu="1")),
            [
                ("fit.free-resource", {"resource": "cpu", "amount": 1500, "quantity": "1500m"}, True),
                ("fit.lower-request", _lower(1500, "1500m"), True),
                ("fit.delete-pods", {"pods": ["default/a"]}, True),
            ],
        ),
        (
            pod(cpu="3", priority=5),
            _with(node(cpu="4"), pod("a", cpu="1"), pod("b", cpu="1"), pod("c", cpu="1")),
            [
                ("fit.free-resource", {"resource": "cpu", "amount": 2000, "quantity": "2"}, True),
                ("fit.lower-request", _lower(1000, "1"), True),
                ("fit.delete-lower-pods", {"pods": ["default/b", "default/c"]}, True),
            ],
        ),
        (
            pod(ports=PORT),
            _with(node(), pod("web", ports=PORT)),
            [("fit.delete-pods", {"pods": ["default/web"]}, True)],
        ),
    ],
)
def test_single_changes(asking: PodInfo, there: NodeInfo, expected: Found) -> None:
    assert _found(asking, there) == expected


def test_two_obstacles_need_two_changes() -> None:
    found = _found(pod(cpu="9"), node(cpu="8", taints=[TAINT]))
    assert [change[0] for change in found] == ["fit.remove-taint", "fit.add-toleration", "fit.lower-request"]
    assert not any(sufficient for _, _, sufficient in found)


def test_only_the_nodes_that_are_nearest_to_fitting() -> None:
    far = [node(f"far{number:02}", cpu="1", taints=[TAINT]) for number in range(20)]
    near = node("zz", cpu="1")
    found = fit_suggestions(profile(), pod(cpu="2"), snapshot(*far, near), [*(one.name for one in far), "zz"])
    assert len(found) == 10 and next(iter(found)) == "zz"


def test_amounts_as_kubernetes_writes_them() -> None:
    assert [quantity("cpu", 1500), quantity("cpu", 2000)] == ["1500m", "2"]
    assert [quantity("memory", 3 << 20), quantity("memory", 1000), quantity("x/y", 2)] == ["3Mi", "1000", "2"]


def test_the_largest_container_asks_for_less() -> None:
    asks = [
        {"name": name, "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
        for name, cpu in (("small", "1"), ("large", "4"))
    ]
    two = PodInfo.of({**pod().pod, "spec": {**pod().pod["spec"], "containers": asks}})
    (change,) = (one for one in _found(two, node(cpu="3")) if one[0] == "fit.lower-request")
    assert (change[1]["container"], change[1]["container_quantity"], change[1]["quantity"]) == ("large", "2", "3")
    assert change[2], "enough by itself"
