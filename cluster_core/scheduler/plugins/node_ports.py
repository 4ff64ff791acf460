"""NodePorts: two pods cannot have the same host port on a node. Upstream: `plugins/nodeports`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState, Plugin, PreFilterResult
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo, host_ports
from cluster_core.scheduler.status import UNSCHEDULABLE, Status, skip

ANY = "0.0.0.0"


class NodePorts(Plugin):
    """Compares host ports with those in use."""

    name = "NodePorts"
    events = ("AssignedPod/Delete", "Node/Add")

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A new node, or the end of a pod that has one of the wanted host ports."""
        if event != "AssignedPod/Delete" or old is None:
            return True
        return any(_conflict(wanted, freed) for wanted in pod.ports for freed in host_ports(old["spec"]))

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Skip a pod without host ports."""
        return None if pod.ports else skip()

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node where a wanted host port is taken."""
        used = [port for other in node.pods.values() for port in other.ports]
        if any(_conflict(wanted, taken) for wanted in pod.ports for taken in used):
            return Status(UNSCHEDULABLE, ["node(s) didn't have free ports for the requested pod ports"])
        return None


def _conflict(left: tuple[str, str, int], right: tuple[str, str, int]) -> bool:
    same_address = left[0] == right[0] or ANY in (left[0], right[0])
    return same_address and left[1:] == right[1:]
