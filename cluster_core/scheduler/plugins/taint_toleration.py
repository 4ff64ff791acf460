"""TaintToleration: taints repel pods that do not tolerate them. Upstream: `plugins/tainttoleration`."""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import (
    UNRESOLVABLE,
    NodeInfo,
    Plugin,
    PodInfo,
    Snapshot,
    Status,
    default_normalized,
)


class TaintToleration(Plugin):
    """Filters by NoSchedule and NoExecute taints, scores by the number of PreferNoSchedule taints that are not tolerated."""

    name = "TaintToleration"
    weight = 3
    scores = True

    def filter(self, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node with a taint that the pod does not tolerate."""
        tolerations = pod.pod["spec"].get("tolerations", ())
        for taint in node.node["spec"].get("taints", ()):
            if taint["effect"] in ("NoSchedule", "NoExecute") and not tolerates(tolerations, taint):
                return Status(UNRESOLVABLE, ["node(s) had untolerated taint(s)"])
        return None

    def score(self, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Count the PreferNoSchedule taints that are not tolerated."""
        tolerations = [
            toleration
            for toleration in pod.pod["spec"].get("tolerations", ())
            if toleration.get("effect", "") in ("", "PreferNoSchedule")
        ]
        taints = node.node["spec"].get("taints", ())
        return sum(taint["effect"] == "PreferNoSchedule" and not tolerates(tolerations, taint) for taint in taints)

    relative = True

    def normalized(self, score: int, largest: int) -> int:
        """Fewer is better."""
        return default_normalized(score, largest, reverse=True)


def tolerates(tolerations: Iterable[Obj], taint: Obj) -> bool:
    """Whether one of the tolerations covers the taint."""
    return any(_covers(toleration, taint) for toleration in tolerations)


def _covers(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")
