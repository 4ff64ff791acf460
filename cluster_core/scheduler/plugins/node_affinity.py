"""NodeAffinity: nodeSelector and node affinity, required and preferred. Upstream: `plugins/nodeaffinity`."""

from __future__ import annotations

from cluster_core.api.node_selector import matches_required, matches_term, node_affinity
from cluster_core.scheduler.framework import (
    UNRESOLVABLE,
    NodeInfo,
    Plugin,
    PodInfo,
    Snapshot,
    Status,
    default_normalized,
)

REASON = "node(s) didn't match Pod's node affinity/selector"


class NodeAffinity(Plugin):
    """Matches the node's labels and name."""

    name = "NodeAffinity"
    weight = 2
    scores = True

    def filter(self, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that the selector or the required terms do not match."""
        if not matches_required(pod.pod["spec"], node.node):
            return Status(UNRESOLVABLE, [REASON])
        return None

    def score(self, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Sum the weights of the preferred terms that match."""
        preferred = node_affinity(pod.pod["spec"]).get("preferredDuringSchedulingIgnoredDuringExecution", ())
        return sum(term["weight"] for term in preferred if matches_term(term["preference"], node.node))

    relative = True

    def normalized(self, score: int, largest: int) -> int:
        """More is better."""
        return default_normalized(score, largest, reverse=False)
