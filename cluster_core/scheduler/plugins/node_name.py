"""NodeName: a pod that names its node fits no other. Upstream: `plugins/nodename`."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, Status


class NodeName(Plugin):
    """Compares spec.nodeName with the node."""

    name = "NodeName"
    depends = "node"
    events = ("Node/Add",)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse every node but the named one."""
        wanted = pod.pod["spec"].get("nodeName")
        if wanted and wanted != node.name:
            return Status(UNRESOLVABLE, ["node(s) didn't match the requested node name"])
        return None
