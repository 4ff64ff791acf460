"""A pod and a node that do not go together, and what becomes of that after one change, tried on copies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import Status

Card = dict[str, Any]


@dataclass(slots=True)
class Change:
    """One change, and what the pod or the node would be then (None: as it is)."""

    id: str
    params: Card
    pod: Obj | None = None
    node: Obj | None = None
    gone: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Prepared:
    """What PreFilter says of a pod: what the plugins found out, and whether they refuse it everywhere."""

    state: CycleState
    refusal: Status | None


@dataclass(slots=True)
class Case:
    """A pod and a node that do not go together, and who says so."""

    profile: Profile
    pod: PodInfo
    node: NodeInfo
    snapshot: Snapshot
    prepared: Prepared
    refusals: dict[str, Status]

    def with_change(self, change: Change) -> Case:
        """The same after a change."""
        if change.pod is None and change.node is None:
            return self._without(change.gone)
        pod = PodInfo.of(change.pod) if change.pod is not None else self.pod
        node = _copy(self.node, change.node)
        for uid in change.gone:
            node.remove_pod(uid)
        snapshot = replace(self.snapshot, nodes={**self.snapshot.nodes, node.name: node})
        return case_of(self.profile, pod, node, snapshot, prepare(self.profile, pod, snapshot))

    def _without(self, gone: list[str]) -> Case:
        """The same without some pods of the node: what PreFilter found out needs no more than a correction."""
        node, state = self.node.copy(), self.prepared.state.clone()
        for uid in gone:
            other = node.pods[uid]
            node.remove_pod(uid)
            self.profile.remove_pod(state, self.pod, other, node)
        return case_of(self.profile, self.pod, node, self.snapshot, Prepared(state, self.prepared.refusal))


def prepare(profile: Profile, pod: PodInfo, snapshot: Snapshot) -> Prepared:
    """Ask the PreFilter plugins about a pod."""
    state = CycleState()
    return Prepared(state, profile.pre_filter(state, pod, snapshot).refusal)


def refusals(profile: Profile, pod: PodInfo, node: NodeInfo, prepared: Prepared) -> dict[str, Status]:
    """Every plugin's refusal of one node, PreFilter and Filter, where a cycle ends at the first."""
    refused: dict[str, Status] = {}
    state = prepared.state
    if prepared.refusal is not None:
        refused[prepared.refusal.plugin or "PreFilter"] = prepared.refusal
    for plugin in profile.filters:
        if plugin.name not in state.skip_filter and plugin.name not in refused:
            status = plugin.filter(state, pod, node)
            if status is not None:
                refused[plugin.name] = status
    return refused


def case_of(profile: Profile, pod: PodInfo, node: NodeInfo, snapshot: Snapshot, prepared: Prepared) -> Case:
    """Who refuses a node to a pod."""
    return Case(profile, pod, node, snapshot, prepared, refusals(profile, pod, node, prepared))


def _copy(info: NodeInfo, node: Obj | None) -> NodeInfo:
    found = NodeInfo.of(node if node is not None else info.node)
    for pod in info.pods.values():
        found.add_pod(pod)
    return found
