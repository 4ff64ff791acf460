"""DefaultPreemption: make room for a pod by evicting pods of lower priority. Upstream: `plugins/defaultpreemption`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState, Plugin, PostFilterResult
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preempting import Preempting
from cluster_core.scheduler.preemption import BUDGETS, CANDIDATES_MIN, CANDIDATES_PERCENT, preempt
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status

WAITING = "waiting for the preemption for this pod to be finished"


class DefaultPreemption(Plugin):
    """PostFilter: looks for victims. PreEnqueue: holds a pod back while its victims are being evicted (`preempting`, by its uid).

    Arguments: `minCandidateNodesPercentage` (10) and `minCandidateNodesAbsolute` (100), how many candidates are enough.
    """

    name = "DefaultPreemption"
    resources = (BUDGETS,)
    events = ("AssignedPod/Delete",)

    def __init__(self, args: Obj | None = None) -> None:
        super().__init__(args)
        self.preempting: dict[str, Preempting] = {}
        self.least = (
            int(self.args.get("minCandidateNodesPercentage", CANDIDATES_PERCENT)),
            int(self.args.get("minCandidateNodesAbsolute", CANDIDATES_MIN)),
        )

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """Never: those plugins have to want the pod back whose refusal the eviction will undo."""
        return False

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """Hold a pod back whose victims have not all been asked to go."""
        found = self.preempting.get(pod.uid)
        return Status(UNRESOLVABLE, [WAITING]) if found is not None and found.blocks else None

    def post_filter(
        self, profile: Profile, state: CycleState, pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses
    ) -> PostFilterResult:
        """The candidate that costs least, or why there is none."""
        found = preempt(profile, state, pod, snapshot, refused, self.least)
        if found.chosen is not None:
            return PostFilterResult(None, found.chosen.node, found.chosen)
        nominate = None if found.ineligible else ""
        return PostFilterResult(Status(UNSCHEDULABLE, [f"preemption: {found.message}"]), nominate)
