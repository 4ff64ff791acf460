"""What refused pods wait for."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.queueing_hints import ProfileHints, QueueingHints
from tests.core.scheduler.machines import node, pod, profile

HINTS = ProfileHints(profile())
TAINTED = node("n1", taints=[{"key": "x", "effect": "NoSchedule"}]).node
TOLERANT = [{"key": "x", "operator": "Exists"}]
WEB = {"app": "web"}
TERMS = {
    "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone", "labelSelector": {"matchLabels": WEB}}]
}
NEAR, APART = {"podAffinity": TERMS}, {"podAntiAffinity": TERMS}
SPREAD = [
    {"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": WEB}}
]
PORT = [{"containerPort": 80, "hostPort": 80}]


def test_the_events_of_several_plugins_come_once() -> None:
    assert HINTS.waits_for(["NodeName", "NodeAffinity", "Unknown"]) == ["Node/Add", "Node/UpdateNodeLabel"]
    hints = QueueingHints([profile()])
    assert hints.of_interest("Node/Add") and not hints.of_interest("Node/UpdateNodeAnnotation")
    assert hints.of(pod()) is hints.by_name["default-scheduler"]


@pytest.mark.parametrize(
    ("plugin", "event", "waiting", "old", "new", "worth"),
    [
        ("NodeUnschedulable", "Node/UpdateNodeTaint", {}, node(unschedulable=True), node(), True),
        ("NodeUnschedulable", "Node/UpdateNodeTaint", {}, node(), node(), False),
        ("NodeUnschedulable", "Node/Add", {}, None, node(unschedulable=True), False),
        ("TaintToleration", "Node/Add", {}, None, node(taints=[{"key": "x", "effect": "NoSchedule"}]), False),
        ("TaintToleration", "Node/Add", {"tolerations": TOLERANT}, None, node(), True),
        ("NodeAffinity", "Node/Add", {"nodeSelector": {"a": "b"}}, None, node(), False),
        ("NodeAffinity", "Node/UpdateNodeLabel", {"nodeSelector": {"a": "b"}}, node(), node(labels={"a": "b"}), True),
        ("NodePorts", "AssignedPod/Delete", {"ports": PORT}, pod("x", ports=PORT), None, True),
        ("NodePorts", "AssignedPod/Delete", {"ports": PORT}, pod("x"), None, False),
        ("NodeResourcesFit", "Node/UpdateNodeAllocatable", {"cpu": "6"}, node(cpu="4"), node(cpu="5"), False),
        ("NodeResourcesFit", "Node/UpdateNodeAllocatable", {"cpu": "6"}, node(cpu="4"), node(cpu="8"), True),
        ("NodeResourcesFit", "Node/UpdateNodeAllocatable", {"cpu": "1"}, node(cpu="4"), node(memory="9Gi"), True),
        ("NodeResourcesFit", "Node/UpdateNodeAllocatable", {"cpu": "1"}, node(), node(extended={"x/y": "1"}), False),
        ("NodeResourcesFit", "AssignedPod/UpdatePodScaleDown", {}, pod(cpu="2"), pod(cpu="1"), True),
        ("DefaultPreemption", "AssignedPod/Delete", {}, pod(), None, False),
        ("InterPodAffinity", "AssignedPod/Add", {"affinity": NEAR}, None, pod("x", labels=WEB), True),
        ("InterPodAffinity", "AssignedPod/Add", {"affinity": NEAR}, None, pod("x"), False),
        ("InterPodAffinity", "AssignedPod/Add", {"affinity": APART}, None, pod("x", labels=WEB), False),
        ("InterPodAffinity", "AssignedPod/Delete", {"affinity": APART}, pod("x", labels=WEB), None, True),
        ("InterPodAffinity", "AssignedPod/Delete", {"affinity": NEAR}, pod("x", labels=WEB), None, False),
        ("InterPodAffinity", "AssignedPod/UpdatePodLabel", {"affinity": APART}, pod("x", labels=WEB), pod("x"), True),
        ("InterPodAffinity", "AssignedPod/UpdatePodLabel", {"affinity": NEAR}, pod("x", labels=WEB), pod("x"), False),
        ("InterPodAffinity", "Node/Add", {"affinity": NEAR}, None, node(), False),
        ("InterPodAffinity", "Node/Add", {"affinity": NEAR}, None, node(labels={"zone": "a"}), True),
        ("InterPodAffinity", "Node/UpdateNodeLabel", {"affinity": APART}, node(labels={"zone": "a"}), node(), True),
        ("InterPodAffinity", "Node/UpdateNodeLabel", {"affinity": APART}, node(), node(labels={"zone": "a"}), False),
        ("PodTopologySpread", "AssignedPod/Delete", {"topologySpreadConstraints": SPREAD}, pod("x"), None, False),
        ("PodTopologySpread", "AssignedPod/Delete", {"topologySpreadConstraints": SPREAD}, pod(labels=WEB), None, True),
        ("PodTopologySpread", "AssignedPod/Add", {"topologySpreadConstraints": SPREAD}, None, pod(labels=WEB), True),
        (
            "PodTopologySpread",
            "Node/Delete",
            {"topologySpreadConstraints": SPREAD},
            node(labels={"zone": "a"}),
            None,
            True,
        ),
        ("PodTopologySpread", "Node/Add", {"topologySpreadConstraints": SPREAD}, None, node(), False),
    ],
)
def test_a_hint_looks_closer(plugin: str, event: str, waiting: dict[str, Any], old: Any, new: Any, worth: bool) -> None:
    before, after = (getattr(one, "node", None) or getattr(one, "pod", None) for one in (old, new))
    assert HINTS.worth(pod(**waiting), [plugin], event, before, after) is worth


def test_who_was_refused_by_nobody_is_tried_at_any_occasion() -> None:
    assert HINTS.worth(pod(), [], "Node/UpdateNodeAnnotation", TAINTED, TAINTED)
    assert not HINTS.worth(pod(), ["NodeName"], "Node/UpdateNodeTaint", TAINTED, TAINTED)


def test_a_wildcard_for_one_pod_is_for_no_other() -> None:
    assert HINTS.worth(pod("a"), ["NodeName"], "*/ForceActivate", None, pod("a").pod)
    assert not HINTS.worth(pod("a"), ["NodeName"], "*/ForceActivate", None, pod("b").pod)


def test_the_gate_that_held_a_pod_is_asked_first() -> None:
    status = HINTS.gate(pod("a", schedulingGates=[{"name": "x"}]), "")
    assert status is not None and (status.plugin, status.reasons) == (
        "SchedulingGates",
        ["waiting for scheduling gates: [x]"],
    )
    assert HINTS.gate(pod("a"), "SchedulingGates") is None
