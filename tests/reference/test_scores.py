"""The scheduler's scores against those that a real 1.36.2 kube-scheduler logged, pod by pod, node by node."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from cluster_core.api.objects import with_path
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins import PLUGINS
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.status import Status
from tests.reference.recording import folder, recorded, scores

SCENARIOS = ("10-sched-spread", "11-sched-constraints")
SCORED = Profile([plugin() for plugin in PLUGINS]).scorers


def _nodes(name: str) -> dict[str, NodeInfo]:
    """The recorded Nodes, as they were before the first pod; one that joins later is there from the beginning, untouched."""
    with gzip.open(folder(name) / "initial.json.gz", "rt", encoding="utf-8") as text:
        found = {obj["metadata"]["name"]: obj for obj in json.load(text) if obj["kind"] == "Node"}
    for change in recorded(name).of("Node"):
        found.setdefault(change.name, change.obj)
    return {node: NodeInfo.of(_without(obj, "node.kubernetes.io/not-ready")) for node, obj in sorted(found.items())}


def _without(node: dict[str, Any], taint: str) -> dict[str, Any]:
    taints = [one for one in node["spec"].get("taints") or () if one["key"] != taint]
    return {**node, "spec": {**node["spec"], "taints": taints}}


def _pods(name: str) -> dict[str, dict[str, Any]]:
    """Each pod as it was created."""
    found: dict[str, dict[str, Any]] = {}
    for change in recorded(name).of("Pod"):
        pod = {**change.obj, "spec": {key: value for key, value in change.obj["spec"].items() if key != "nodeName"}}
        found.setdefault(f"default/{change.name}", pod)
    return found


def _lister(name: str) -> ObjectLister:
    """The Namespace, and the ReplicaSets as they were created: their selectors say which pods are spread."""
    sets = {change.name: change.obj for change in recorded(name).of("ReplicaSet")}
    namespace = {"metadata": {"name": "default", "labels": {"kubernetes.io/metadata.name": "default"}}}
    return ObjectLister({"replicasets.apps": list(sets.values()), "namespaces": [namespace]})


def rows(name: str) -> list[tuple[str, str, str, int, int]]:
    """(pod, node, plugin, recorded, computed) of every score, pods placed one after the other where the real scheduler put them."""
    nodes, pods, lister, found = _nodes(name), _pods(name), _lister(name), []
    for entry in scores(name):
        pod = PodInfo.of(pods[entry["pod"]])
        feasible = sorted(entry["scores"])
        snapshot = Snapshot(nodes, {}, lister)
        profile, state = Profile([kind() for kind in PLUGINS]), CycleState()
        profile.pre_filter(state, pod, snapshot)
        profile.pre_score(state, pod, [nodes[node] for node in feasible], snapshot)
        for plugin in profile.active_scorers(state):
            raw = {node: plugin.score(state, pod, nodes[node], snapshot) for node in feasible}
            for node, score in plugin.normalize(state, pod, raw).items():
                # The log leaves out scores of 0.
                told = entry["scores"][node].get(plugin.name, 0)
                found.append((entry["pod"], node, plugin.name, told, score * plugin.weight))
        if "bound" in entry:
            nodes[entry["bound"]].add_pod(pod)
    return found


def _refusal(profile: Profile, pod: PodInfo, node: NodeInfo) -> Status | None:
    state = CycleState()
    refusal = profile.pre_filter(state, pod, Snapshot({node.name: node})).refusal
    return refusal or profile.filter(state, pod, node)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_score_equals_the_recorded_one(name: str) -> None:
    compared = rows(name)
    different = [row for row in compared if row[3] != row[4]]
    assert len(compared) > 150
    assert different == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_node_is_refused_that_the_real_scheduler_scored(name: str) -> None:
    nodes, pods = _nodes(name), _pods(name)
    profile = Profile([kind() for kind in PLUGINS])
    for entry in scores(name):
        if "bound" not in entry:
            continue
        pod = PodInfo.of(pods[entry["pod"]])
        refused = {node: _refusal(profile, pod, nodes[node]) for node in entry["scores"]}
        assert {node: status.reasons for node, status in refused.items() if status is not None} == {}, entry["pod"]
        nodes[entry["bound"]].add_pod(pod)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_recorded_node_is_among_the_best(name: str) -> None:
    compared: dict[str, dict[str, int]] = {}
    for pod, node, _, _, computed in rows(name):
        compared.setdefault(pod, {}).setdefault(node, 0)
        compared[pod][node] += computed
    decided = 0
    for entry in scores(name):
        if not entry["scores"]:
            continue
        totals = compared[entry["pod"]]
        assert totals[entry["bound"]] == max(totals.values())
        decided += 1
    assert decided >= 20


def test_the_message_of_a_pod_that_fits_nowhere() -> None:
    """`toobig` and `toomuchmem` of the first scenario, before the sixth node joins and after it has joined, still tainted."""
    nodes, pods, profile = _nodes("10-sched-spread"), _pods("10-sched-spread"), Profile([kind() for kind in PLUGINS])
    for entry in scores("10-sched-spread"):
        pod = PodInfo.of(pods[entry["pod"]])
        if "bound" in entry:
            nodes[entry["bound"]].add_pod(pod)
            continue
        there = (
            dict(nodes) if entry["nofit"].startswith("0/6") else {node: nodes[node] for node in nodes if node != "n6"}
        )
        if "n6" in there:
            there["n6"] = NodeInfo.of(_tainted(nodes["n6"].node))
        verdict = schedule_one(pod, Snapshot(there, {}), profile, 0, lambda n: 0)[0]
        assert verdict.message == entry["nofit"]


def test_the_messages_about_taints_cordons_selectors_and_affinity() -> None:
    name = "11-sched-constraints"
    nodes, pods, profile, told = _nodes(name), _pods(name), Profile([kind() for kind in PLUGINS]), set()
    for entry in scores(name):
        pod = PodInfo.of(pods[entry["pod"]])
        if "bound" in entry:
            nodes[entry["bound"]].add_pod(pod)
            continue
        if "unschedulable" in entry["nofit"]:
            nodes["n1"].node = with_path(nodes["n1"].node, ("spec", "unschedulable"), True)
        verdict = schedule_one(pod, Snapshot(nodes, {}, _lister(name)), profile, 0, lambda n: 0)[0]
        assert verdict.message == entry["nofit"]
        told.add(entry["pod"].split("-")[0])
    assert told == {"default/anti", "default/gpunotol", "default/impossible"}


def _tainted(node: dict[str, Any]) -> dict[str, Any]:
    taints = [*(node["spec"].get("taints") or ()), {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]
    return {**node, "spec": {**node["spec"], "taints": taints}}


def test_all_plugins_that_scored_are_there() -> None:
    known = {plugin.name for plugin in SCORED}
    told = {
        plugin
        for name in SCENARIOS
        for entry in scores(name)
        if "bound" in entry
        for given in entry["scores"].values()
        for plugin in given
    }
    assert told <= known
