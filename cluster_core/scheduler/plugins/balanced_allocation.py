"""NodeResourcesBalancedAllocation: prefer nodes whose cpu and memory shares stay alike. Upstream: `noderesources/balanced_allocation.go`."""

from __future__ import annotations

from cluster_core.scheduler.framework import MAX_NODE_SCORE, CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import Status, skip


class NodeResourcesBalancedAllocation(Plugin):
    """Score by the standard deviation of the resource shares with the pod, against without it."""

    name = "NodeResourcesBalancedAllocation"
    depends = "usage"

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> Status | None:
        """Skip a pod that requests nothing: it changes no balance."""
        return None if pod.requests.cpu or pod.requests.memory else skip()

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """75, shifted by half of what the pod adds to (or takes from) the balance, each balance truncated to 0…100."""
        cpu, memory = node.allocatable.cpu, node.allocatable.memory
        wanted, used = pod.requests, node.requested
        if not cpu or not memory:
            return 0
        before = _balance(used.cpu / cpu, used.memory / memory)
        after = _balance((used.cpu + wanted.cpu) / cpu, (used.memory + wanted.memory) / memory)
        return MAX_NODE_SCORE * 3 // 4 + (after - before) // 2


def _balance(cpu_share: float, memory_share: float) -> int:
    deviation = abs(min(cpu_share, 1.0) - min(memory_share, 1.0)) / 2
    return int((1 - deviation) * MAX_NODE_SCORE)
