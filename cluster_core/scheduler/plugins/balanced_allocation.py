"""NodeResourcesBalancedAllocation: prefer nodes whose resource shares stay alike. Upstream: `noderesources/balanced_allocation.go`."""

from __future__ import annotations

import math

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import MAX_NODE_SCORE, CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins.resource_scoring import amounts, divided, resource_specs
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import Status, skip


class NodeResourcesBalancedAllocation(Plugin):
    """Score by the standard deviation of the resource shares with the pod, against without it. Argument: `resources`."""

    name = "NodeResourcesBalancedAllocation"
    depends = "usage"

    def __init__(self, args: Obj | None = None) -> None:
        super().__init__(args)
        self.specs = resource_specs(self.args.get("resources"))

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> Status | None:
        """Skip a pod that requests nothing: it changes no balance."""
        wanted = pod.requests
        asks = wanted.cpu or wanted.memory or wanted.ephemeral_storage or any(wanted.scalar.values())
        return None if asks else skip()

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Half of all, and half of what the pod adds to (or takes from) the balance; each balance truncated to 0…100."""
        found = amounts(pod, node, self.specs, nonzero=False)
        before = _balance([taken / capacity if taken < capacity else 1.0 for _, taken, _, capacity in found])
        after = _balance([taken / capacity if taken < capacity else 1.0 for _, _, taken, capacity in found])
        half = MAX_NODE_SCORE // 2
        return half + divided(half + after - before, 2)


def _balance(shares: list[float]) -> int:
    deviation = 0.0
    if len(shares) == 2:
        deviation = abs(shares[0] - shares[1]) / 2
    elif len(shares) > 2:
        mean = sum(shares) / len(shares)
        deviation = math.sqrt(sum((share - mean) * (share - mean) for share in shares) / len(shares))
    return int((1 - deviation) * MAX_NODE_SCORE)
