"""DefaultPreemption: whether evicting pods would make room. Upstream: `plugins/defaultpreemption`, `framework/preemption`.

Real Kubernetes looks for victims of lower priority and deletes them; until preemption comes here, every candidate node counts as
one without victims, which is right as long as all pods have the same priority.
"""

from __future__ import annotations

from cluster_core.scheduler.framework import UNSCHEDULABLE, Plugin, PodInfo, Status


class DefaultPreemption(Plugin):
    """PostFilter: says on how many nodes preemption cannot help, and on how many it finds no victims."""

    name = "DefaultPreemption"

    def post_filter(self, pod: PodInfo, refused: dict[str, Status]) -> str:
        """The part of the FailedScheduling message about preemption."""
        total = len(refused)
        hopeless = sum(status.code != UNSCHEDULABLE for status in refused.values())
        counts = {
            "No preemption victims found for incoming pod": total - hopeless,
            "Preemption is not helpful for scheduling": hopeless,
        }
        reasons = sorted(f"{count} {reason}" for reason, count in counts.items() if count)
        return f"preemption: 0/{total} nodes are available: {', '.join(reasons)}"
