"""NodeAffinity: nodeSelector and node affinity, required and preferred. Upstream: `plugins/nodeaffinity`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.node_selector import matches_any, matches_required, matches_term, node_affinity
from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import UNSIGNABLE, CycleState, Plugin, PreFilterResult, default_normalized
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, Status, skip

REASON = "node(s) didn't match Pod's node affinity/selector"
ENFORCED = "node(s) didn't match scheduler-enforced node affinity"
CONFLICT = "pod affinity terms conflict"


class NodeAffinity(Plugin):
    """Matches the node's labels and name. Argument `addedAffinity`: a node affinity that every pod of the profile has too."""

    name = "NodeAffinity"
    depends = "node"
    weight = 2
    relative = True
    events = ("Node/Add", "Node/UpdateNodeLabel")

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A node that matches now, and did not before."""
        if new is None or not self._matches(pod, new):
            return False
        return old is None or not matches_required(pod.pod["spec"], old)

    def sign(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        """Pods that name their node (those of a DaemonSet) are each judged alone: there is one node to look at."""
        return UNSIGNABLE if _named_nodes(pod.pod["spec"]) is not None else None

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Narrow the nodes to those that every required term names."""
        spec = pod.pod["spec"]
        if not spec.get("nodeSelector") and _required(node_affinity(spec)) is None and not self._added():
            return skip()
        named = _named_nodes(spec)
        if named is None:
            return None
        return PreFilterResult(named) if named else Status(UNRESOLVABLE, [CONFLICT])

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that the selector or the required terms do not match."""
        if not self._enforced(node.node):
            return Status(UNRESOLVABLE, [ENFORCED])
        if not matches_required(pod.pod["spec"], node.node):
            return Status(UNRESOLVABLE, [REASON])
        return None

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> Status | None:
        """Skip a pod without preferences."""
        return None if self._preferred(pod) else skip()

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Sum the weights of the preferred terms that match."""
        return sum(term["weight"] for term in self._preferred(pod) if matches_term(term["preference"], node.node))

    def normalized(self, score: int, smallest: int, largest: int) -> int:
        """More is better."""
        return default_normalized(score, largest, reverse=False)

    def _enforced(self, node: Obj) -> bool:
        """Whether a node matches what the profile asks of every pod."""
        added = _required(self._added())
        return added is None or matches_any(added.get("nodeSelectorTerms", ()), node)

    def _matches(self, pod: PodInfo, node: Obj) -> bool:
        return self._enforced(node) and matches_required(pod.pod["spec"], node)

    def _added(self) -> Obj:
        return self.args.get("addedAffinity") or {}

    def _preferred(self, pod: PodInfo) -> list[Obj]:
        key = "preferredDuringSchedulingIgnoredDuringExecution"
        return [*self._added().get(key, ()), *node_affinity(pod.pod["spec"]).get(key, ())]


def _required(affinity: Obj) -> Obj | None:
    return affinity.get("requiredDuringSchedulingIgnoredDuringExecution")


def _named_nodes(spec: Obj) -> set[str] | None:
    """The nodes that the required terms name by `metadata.name In`: terms are alternatives; None if one names none."""
    required = _required(node_affinity(spec))
    terms = required.get("nodeSelectorTerms") if required else None
    if not terms:
        return None
    found: set[str] = set()
    for term in terms:
        named = [set(field["values"]) for field in term.get("matchFields", ()) if field["operator"] == "In"]
        if not named:
            return None
        found |= set.intersection(*named)
    return found
