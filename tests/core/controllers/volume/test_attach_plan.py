"""What is done about a volume that should be elsewhere."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.controllers.volume.attach_plan import UNMOUNT_MAX_US, AttachView, plan_attach

UNIQUE = "kubernetes.io/csi/d^h"


def node(name: str, ready: str = "True", in_use: bool = False, taint: str = "") -> Obj:
    status: Obj = {"conditions": [{"type": "Ready", "status": ready}]}
    if in_use:
        status |= {"volumesInUse": [UNIQUE], "volumesAttached": [{"name": UNIQUE}]}
    return {"metadata": {"name": name}, "spec": {"taints": [{"key": taint}] if taint else []}, "status": status}


def pod(name: str, namespace: str = "ns") -> Obj:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {}}


def attachment(node_name: str, attached: bool = True) -> Obj:
    return {"metadata": {"name": f"va-{node_name}"}, "spec": {"nodeName": node_name}, "status": {"attached": attached}}


def view(wanted: dict[str, list[Obj]], there: list[str], nodes: list[Obj], **more: Any) -> AttachView:
    spec = {"accessModes": ["ReadWriteOnce"], "csi": {"driver": "d", "volumeHandle": "h"}, **more.pop("spec", {})}
    volume = {"metadata": {"name": "pv"}, "spec": spec}
    known = {one["metadata"]["name"]: one for one in nodes}
    return AttachView(volume, wanted, {one: attachment(one) for one in there}, known, {}, more.pop("now", 0), **more)


def verbs(found: AttachView) -> list[str]:
    return [f"{one.verb} {one.resource.partition('.')[0]}" for stage in plan_attach(found).plan.stages for one in stage]


def test_a_volume_that_nobody_has_is_attached_to_the_first_who_wants_it() -> None:
    both = {"a": [pod("p")], "b": [pod("q")]}
    assert verbs(view(both, [], [node("a"), node("b")])) == ["create volumeattachments"]
    assert verbs(view(both, [], [node("a"), node("b")], spec={"accessModes": ["ReadWriteMany"]})) == (
        ["create volumeattachments"] * 2
    )


def test_a_volume_for_one_node_is_not_attached_to_two_and_pods_are_told_once() -> None:
    moved = view({"b": [pod("q")]}, ["a"], [node("a", in_use=True), node("b")])
    outcome = plan_attach(moved)
    assert outcome.plan.stages == []
    assert outcome.plan.requeue_after == UNMOUNT_MAX_US
    words = "Volume is already exclusively attached to one node and can't be attached to another"
    assert outcome.events[0][3] == f'Multi-Attach error for volume "pv" {words}'
    assert plan_attach(moved).events == []
    used = view({"a": [pod("p"), pod("x", "other")], "b": [pod("q")]}, ["a"], [node("a", in_use=True), node("b")])
    assert (
        plan_attach(used)
        .events[0][3]
        .endswith("Volume is already used by pod(s) p and 1 pod(s) in different namespaces")
    )


def test_it_is_detached_once_it_is_unmounted_and_the_status_says_so_first() -> None:
    assert verbs(view({}, ["a"], [node("a")])) == ["delete volumeattachments"]
    known = node("a", in_use=True)
    known["status"]["volumesInUse"] = []
    assert verbs(view({}, ["a"], [known])) == ["patch nodes", "delete volumeattachments"]
    assert verbs(view({}, ["a"], [])) == ["delete volumeattachments"], "the node is gone"


def test_a_silent_node_loses_it_after_six_minutes_and_one_out_of_service_at_once() -> None:
    since = {"since": {"a": 0}}
    early, late = UNMOUNT_MAX_US - 1, UNMOUNT_MAX_US
    silent = [node("a", "Unknown", in_use=True)]
    assert verbs(view({}, ["a"], silent, now=early, **since)) == []
    assert verbs(view({}, ["a"], silent, now=late, since={"a": 0})) == ["patch nodes", "delete volumeattachments"]
    assert verbs(view({}, ["a"], [node("a", in_use=True)], now=late, since={"a": 0})) == [], "a healthy one keeps it"
    out = [node("a", "Unknown", True, "node.kubernetes.io/out-of-service")]
    assert verbs(view({}, ["a"], out)) == ["patch nodes", "delete volumeattachments"]


def test_a_pod_that_came_back_keeps_it() -> None:
    found = view({"a": [pod("p")]}, ["a"], [node("a", in_use=True)], since={"a": 0})
    assert plan_attach(found).plan.stages == []
    assert found.since == {}
