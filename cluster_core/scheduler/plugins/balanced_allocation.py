"""NodeResourcesBalancedAllocation: prefer nodes whose cpu and memory shares stay alike. Upstream: `noderesources/balanced_allocation.go`."""

from __future__ import annotations

from cluster_core.scheduler.framework import MAX_NODE_SCORE, NodeInfo, Plugin, PodInfo, Snapshot


class NodeResourcesBalancedAllocation(Plugin):
    """Score by the standard deviation of the resource shares with the pod, against without it."""

    name = "NodeResourcesBalancedAllocation"
    scores = True

    def score(self, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """100 × (1 − deviation) with the pod, shifted by how much the pod improves or worsens the balance."""
        cpu, memory = node.allocatable.cpu, node.allocatable.memory
        if not cpu or not memory or not (pod.requests.cpu or pod.requests.memory):
            return 0
        after = _balance((node.requested.cpu + pod.requests.cpu) / cpu, (node.requested.memory + pod.requests.memory) / memory)
        before = _balance(node.requested.cpu / cpu, node.requested.memory / memory)
        return int(MAX_NODE_SCORE * (0.5 + (after - before) / 2)) if after < before else int(MAX_NODE_SCORE * _rise(after, before))


def _balance(left: float, right: float) -> float:
    return 1 - abs(min(left, 1.0) - min(right, 1.0)) / 2


def _rise(after: float, before: float) -> float:
    return 0.5 + (after - before) / 2
