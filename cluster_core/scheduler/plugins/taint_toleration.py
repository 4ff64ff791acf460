"""TaintToleration: taints repel pods that do not tolerate them. Upstream: `plugins/tainttoleration`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.toleration import tolerates
from cluster_core.scheduler.framework import CycleState, Plugin, default_normalized
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, Status


class TaintToleration(Plugin):
    """Filters by NoSchedule and NoExecute taints, scores by the number of PreferNoSchedule taints that are not tolerated."""

    name = "TaintToleration"
    depends = "node"
    weight = 3
    relative = True
    events = ("Node/Add", "Node/UpdateNodeTaint", "UnschedulablePod/UpdatePodToleration")

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A node whose taints are all tolerated now and were not before, or the other way round (as recording 11 has it); or a toleration
        more."""
        if new is None or not event.startswith("Node/"):
            return True
        return _tolerated(pod, new) != (old is not None and _tolerated(pod, old))

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node with a taint that the pod does not tolerate."""
        if not _tolerated(pod, node.node):
            return Status(UNRESOLVABLE, ["node(s) had untolerated taint(s)"])
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Count the PreferNoSchedule taints that are not tolerated."""
        tolerations = [
            toleration
            for toleration in pod.pod["spec"].get("tolerations", ())
            if toleration.get("effect", "") in ("", "PreferNoSchedule")
        ]
        taints = node.node["spec"].get("taints", ())
        return sum(taint["effect"] == "PreferNoSchedule" and not tolerates(tolerations, taint) for taint in taints)

    def normalized(self, score: int, smallest: int, largest: int) -> int:
        """Fewer is better."""
        return default_normalized(score, largest, reverse=True)


def _tolerated(pod: PodInfo, node: Obj) -> bool:
    """Whether a pod tolerates every taint that keeps pods away."""
    tolerations = pod.pod["spec"].get("tolerations", ())
    return all(
        taint["effect"] not in ("NoSchedule", "NoExecute") or tolerates(tolerations, taint)
        for taint in node["spec"].get("taints", ())
    )
