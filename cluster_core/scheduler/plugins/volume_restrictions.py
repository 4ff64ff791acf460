"""VolumeRestrictions: a claim for one pod (ReadWriteOncePod) is used by one pod. Upstream: `plugins/volumerestrictions`.

Real Kubernetes also keeps pods apart that name the same disk of iSCSI or RBD in their own volumes.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS
from cluster_core.api.volume_source import claims_of
from cluster_core.scheduler.framework import CycleState, Plugin, PreFilterResult, StateData
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, Status, skip

REASON = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"


@dataclass(slots=True)
class OnePodClaims(StateData):
    """The pod's claims for one pod, and how many of them another pod uses."""

    claims: tuple[str, ...]
    conflicts: int = 0

    def clone(self) -> OnePodClaims:
        """Another one that may be changed."""
        return OnePodClaims(self.claims, self.conflicts)

    def change(self, pod: PodInfo, namespace: str, by: int) -> None:
        """A pod uses them too, or no longer."""
        if pod.namespace == namespace:
            self.conflicts += by * sum(name in self.claims for name in claims_of(pod.pod))


class VolumeRestrictions(Plugin):
    """Counts the users of claims for one pod."""

    name = "VolumeRestrictions"
    resources = (CLAIMS,)
    events = ("AssignedPod/Delete", "PersistentVolumeClaim/Add", "PersistentVolumeClaim/Update")

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A pod that had one of the claims has gone, or a claim of the pod has come."""
        names = claims_of(pod.pod)
        if event == "AssignedPod/Delete" and old is not None:
            same = old["metadata"].get("namespace") == pod.namespace
            return same and any(name in names for name in claims_of(old))
        return new is not None and new["metadata"]["namespace"] == pod.namespace and new["metadata"]["name"] in names

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Skip a pod without such claims; count who uses them."""
        found = []
        for name in claims_of(pod.pod):
            claim = snapshot.lister.get(CLAIMS, f"{pod.namespace}/{name}")
            if claim is None:
                return Status(UNRESOLVABLE, [f'persistentvolumeclaim "{name}" not found'])
            if "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ()):
                found.append(name)
        if not found:
            return skip()
        data = OnePodClaims(tuple(found))
        for node in snapshot.nodes.values():
            for other in node.pods.values():
                data.change(other, pod.namespace, 1)
        state.data[self.name] = data
        return None

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """One more user."""
        if self.name in state.data:
            state.data[self.name].change(other, pod.namespace, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """One user less."""
        if self.name in state.data:
            state.data[self.name].change(other, pod.namespace, -1)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse every node while somebody uses them."""
        return Status(UNSCHEDULABLE, [REASON]) if state.data[self.name].conflicts > 0 else None
