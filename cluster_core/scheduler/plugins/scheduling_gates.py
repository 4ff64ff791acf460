"""SchedulingGates: a pod with gates does not enter the queue. Upstream: `plugins/schedulinggates`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import Plugin
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, Status


class SchedulingGates(Plugin):
    """Looks at spec.schedulingGates."""

    name = "SchedulingGates"
    events = ("UnschedulablePod/UpdatePodSchedulingGatesEliminated",)

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """The last gate of this pod was taken away."""
        return new is not None and new["metadata"]["uid"] == pod.uid

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """Hold a pod back that has gates."""
        gates = [gate["name"] for gate in pod.pod["spec"].get("schedulingGates") or ()]
        return Status(UNRESOLVABLE, [f"waiting for scheduling gates: [{' '.join(gates)}]"]) if gates else None
