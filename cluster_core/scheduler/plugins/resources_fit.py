"""NodeResourcesFit: the node must have what the pod requests; emptier nodes score higher. Upstream: `plugins/noderesources/fit.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins.resource_scoring import (
    amounts,
    least_allocated,
    most_allocated,
    ratio_mean,
    read_shape,
    resource_specs,
    weighted_mean,
)
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.requests import Requests, pod_requests
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, Status


class NodeResourcesFit(Plugin):
    """Filter by allocatable minus requested; score LeastAllocated over cpu and memory, weight 1 each.

    Arguments: `scoringStrategy` (type LeastAllocated, MostAllocated or RequestedToCapacityRatio; resources; shape),
    `ignoredResources` and `ignoredResourceGroups` (extended resources that others look after).
    """

    name = "NodeResourcesFit"
    depends = "usage"
    events = (
        "AssignedPod/Delete",
        "AssignedPod/UpdatePodScaleDown",
        "UnschedulablePod/UpdatePodScaleDown",
        "Node/Add",
        "Node/UpdateNodeAllocatable",
    )

    def __init__(self, args: Obj | None = None) -> None:
        super().__init__(args)
        strategy = self.args.get("scoringStrategy") or {}
        self.specs = resource_specs(strategy.get("resources"))
        kind = strategy.get("type", "LeastAllocated")
        self.scorer = most_allocated if kind == "MostAllocated" else least_allocated
        self.shape = read_shape(strategy) if kind == "RequestedToCapacityRatio" else []

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A pod that goes, one that asks for less of what is wanted, or a node that is large enough and was not so large before."""
        if new is None or event.startswith("UnschedulablePod/"):
            return True
        if event.startswith("AssignedPod/"):
            return old is not None and _frees(pod, pod_requests(old["spec"]), pod_requests(new["spec"]))
        node, before = NodeInfo.of(new), NodeInfo.of(old) if old is not None else None
        if self.filter(CycleState(), pod, node) is not None:
            return False
        return before is None or _grew(pod, before, node)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node where a resource does not suffice; names every one of them."""
        reasons, unresolvable = [], False
        if len(node.pods) + 1 > node.allowed_pods:
            reasons.append("Too many pods")
        for label, wanted, used, total in _rows(pod, node):
            if wanted and wanted > total - used and not self._ignores(label):
                reasons.append(f"Insufficient {label}")
                unresolvable = unresolvable or wanted > total
        if not reasons:
            return None
        return Status(UNRESOLVABLE if unresolvable else UNSCHEDULABLE, reasons)

    def _ignores(self, name: str) -> bool:
        group, _, _ = name.partition("/")
        groups = self.args.get("ignoredResourceGroups") or ()
        return name in (self.args.get("ignoredResources") or ()) or ("/" in name and group in groups)

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """The mean over the resources of what is free, or taken, once the pod is there."""
        found = amounts(pod, node, self.specs, nonzero=True)
        return ratio_mean(found, self.shape) if self.shape else weighted_mean(found, self.scorer)


def _frees(pod: PodInfo, before: Requests, after: Requests) -> bool:
    """Whether requests became smaller in a resource that the pod wants."""
    was, left = before.amounts(), after.amounts()
    return any(amount and was.get(name, 0) > left.get(name, 0) for name, amount in pod.requests.amounts().items())


def _grew(pod: PodInfo, before: NodeInfo, after: NodeInfo) -> bool:
    """Whether a node takes more pods than before, or has more of a resource that the pod wants."""
    return after.allowed_pods > before.allowed_pods or _frees(pod, after.allocatable, before.allocatable)


def _rows(pod: PodInfo, node: NodeInfo) -> list[tuple[str, int, int, int]]:
    wanted, used, total = pod.requests, node.requested, node.allocatable
    rows = [
        ("cpu", wanted.cpu, used.cpu, total.cpu),
        ("memory", wanted.memory, used.memory, total.memory),
        ("ephemeral-storage", wanted.ephemeral_storage, used.ephemeral_storage, total.ephemeral_storage),
    ]
    for name, amount in wanted.scalar.items():
        rows.append((name, amount, used.scalar.get(name, 0), total.scalar.get(name, 0)))
    return rows
