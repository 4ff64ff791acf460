"""NodeUnschedulable: a cordoned node takes pods only if they tolerate it. Upstream: `plugins/nodeunschedulable`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.toleration import tolerates
from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, Status

TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable(Plugin):
    """Looks at spec.unschedulable."""

    name = "NodeUnschedulable"
    depends = "node"
    events = ("Node/Add", "Node/UpdateNodeTaint", "UnschedulablePod/UpdatePodToleration")

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A node that is not cordoned (any more), or a toleration of it."""
        if new is not None and event.startswith("Node/"):
            return not new["spec"].get("unschedulable") and (old is None or bool(old["spec"].get("unschedulable")))
        return new is not None and tolerates(new["spec"].get("tolerations", ()), TAINT)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a cordoned node."""
        if node.node["spec"].get("unschedulable") and not tolerates(pod.pod["spec"].get("tolerations", ()), TAINT):
            return Status(UNRESOLVABLE, ["node(s) were unschedulable"])
        return None
