"""DefaultPreemption: whether evicting pods would make room. Upstream: `plugins/defaultpreemption`, `framework/preemption`.

Real Kubernetes looks for victims of lower priority and deletes them; until preemption comes here, every candidate node counts as
one without victims, which is right as long as all pods have the same priority.
"""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, Plugin, PostFilterResult
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import UNSCHEDULABLE, NodeStatuses, Status


class DefaultPreemption(Plugin):
    """PostFilter: says on how many nodes preemption cannot help, and on how many it finds no victims."""

    name = "DefaultPreemption"

    def post_filter(
        self, profile: Profile, state: CycleState, pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses
    ) -> PostFilterResult:
        """The part of the FailedScheduling message about preemption."""
        possible = refused.with_code(UNSCHEDULABLE)
        counts = {
            "No preemption victims found for incoming pod": possible,
            "Preemption is not helpful for scheduling": refused.total - possible,
        }
        reasons = sorted(f"{count} {reason}" for reason, count in counts.items() if count)
        words = f"preemption: 0/{refused.total} nodes are available: {', '.join(reasons)}"
        return PostFilterResult(Status(UNSCHEDULABLE, [words]))
