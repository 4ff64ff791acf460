"""What updates mean for scheduling."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.scheduler.cluster_events import is_wildcard, node_events, pod_events
from tests.core.scheduler.machines import pod

NODE: Obj = {"metadata": {"labels": {}}, "spec": {}, "status": {"allocatable": {"cpu": "4"}}}


@pytest.mark.parametrize(
    ("change", "events"),
    [
        ({"status": {"allocatable": {"cpu": "4"}, "images": []}}, []),
        ({"status": {"allocatable": {"cpu": "8"}}}, ["Node/UpdateNodeAllocatable"]),
        ({"spec": {"taints": [{"key": "x"}]}}, ["Node/UpdateNodeTaint"]),
        ({"spec": {"unschedulable": True}}, []),
        ({"metadata": {"labels": {"a": "b"}}}, ["Node/UpdateNodeLabel"]),
        (
            {"status": {"allocatable": {"cpu": "4"}, "conditions": [{"type": "Ready", "status": "True"}]}},
            ["Node/UpdateNodeCondition"],
        ),
    ],
)
def test_an_update_of_a_node(change: dict[str, Any], events: list[str]) -> None:
    assert node_events(NODE, {**NODE, **change}) == events


def test_the_end_of_a_cordon_is_a_change_of_taints() -> None:
    cordoned = {**NODE, "spec": {"unschedulable": True}}
    assert node_events(cordoned, NODE) == ["Node/UpdateNodeTaint"]


def test_an_update_of_a_pod() -> None:
    old = pod("a", cpu="500m").pod
    assert pod_events(old, {**old, "status": {"phase": "Pending"}}) == ["UnschedulablePod/Update"]
    assert pod_events(old, pod("a", cpu="500m", labels={"x": "y"}).pod) == ["UnschedulablePod/UpdatePodLabel"]
    assert pod_events(old, pod("a", cpu="400m", nodeName="n1").pod) == ["AssignedPod/UpdatePodScaleDown"]
    assert pod_events(old, pod("a", cpu="600m").pod) == ["UnschedulablePod/Update"]
    more = pod("a", cpu="500m", tolerations=[{"operator": "Exists"}]).pod
    assert pod_events(old, more) == ["UnschedulablePod/UpdatePodToleration"]
    gated = pod("a", cpu="500m", schedulingGates=[{"name": "x"}]).pod
    assert pod_events(gated, old) == ["UnschedulablePod/UpdatePodSchedulingGatesEliminated"]


def test_a_wildcard_is_for_every_plugin() -> None:
    assert is_wildcard("*/ForceActivate") and not is_wildcard("Node/Add")
