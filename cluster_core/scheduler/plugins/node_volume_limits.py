"""NodeVolumeLimits: a node takes as many volumes of a CSI driver as the driver says. Upstream: `plugins/nodevolumelimits/csi.go`.

Real Kubernetes counts the volumes of VolumeAttachments without a pod too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS, CLASSES, VOLUMES, class_of
from cluster_core.api.volume_source import CSI_NODES, claims_of, driver_of
from cluster_core.scheduler.framework import CycleState, Plugin, PreFilterResult, StateData
from cluster_core.scheduler.lister import Lister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNSCHEDULABLE, Status, skip

REASON = "node(s) exceed max volume count"


@dataclass(slots=True)
class Wanted(StateData):
    """The pod's volumes with their drivers; by node the limits of drivers, and the volumes that its pods have."""

    volumes: dict[str, str]
    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    there: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


class NodeVolumeLimits(Plugin):
    """Counts volumes per driver."""

    name = "NodeVolumeLimits"
    resources = (CLAIMS, VOLUMES, CLASSES, CSI_NODES)
    events = (
        "CSINode/Add",
        "CSINode/Update",
        "AssignedPod/Delete",
        "PersistentVolumeClaim/Add",
        "Node/Add",
    )

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A pod that has gone must have had a claim; a claim must be the pod's."""
        if event == "AssignedPod/Delete" and old is not None:
            return bool(claims_of(old))
        if event.startswith("PersistentVolumeClaim") and new is not None:
            meta = new["metadata"]
            return bool(meta["namespace"] == pod.namespace and meta["name"] in claims_of(pod.pod))
        return True

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Skip a pod without volumes of drivers that have a limit anywhere."""
        wanted = volumes_of(pod, snapshot.lister) if claims_of(pod.pod) else {}
        if not wanted:
            return skip()
        found = Wanted(wanted)
        for csi_node in snapshot.lister.objects(CSI_NODES):
            limits = {
                one["name"]: int((one.get("allocatable") or {})["count"])
                for one in csi_node["spec"].get("drivers") or ()
                if one["name"] in wanted.values() and (one.get("allocatable") or {}).get("count") is not None
            }
            name = csi_node["metadata"]["name"]
            if limits and name in snapshot.nodes:
                found.limits[name] = limits
                there = snapshot.nodes[name].pods.values()
                found.there[name] = {one.uid: volumes_of(one, snapshot.lister) for one in there if claims_of(one.pod)}
        if not found.limits:
            return skip()
        state.data[self.name] = found
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that would have too many; volumes that it has already count once."""
        found: Wanted = state.data[self.name]
        known = found.there.get(node.name, {})
        there: dict[str, str] = {}
        for other in node.pods.values():
            there |= known.get(other.uid, {})
        for driver, limit in found.limits.get(node.name, {}).items():
            new = sum(one == driver and name not in there for name, one in found.volumes.items())
            if new and new + sum(one == driver for one in there.values()) > limit:
                return Status(UNSCHEDULABLE, [REASON])
        return None


def volumes_of(pod: PodInfo, lister: Lister) -> dict[str, str]:
    """The volumes of drivers that a pod has, or will have once its claims are bound, with their drivers."""
    found: dict[str, str] = {}
    for name in claims_of(pod.pod):
        key = f"{pod.namespace}/{name}"
        claim = lister.get(CLAIMS, key)
        volume = lister.get(VOLUMES, claim["spec"].get("volumeName", "")) if claim is not None else None
        if volume is not None and driver_of(volume):
            found[f"{driver_of(volume)}/{volume['spec']['csi']['volumeHandle']}"] = driver_of(volume)
        elif volume is None and claim is not None:
            storage_class = lister.get(CLASSES, class_of(claim))
            provisioner = (storage_class or {}).get("provisioner", "")
            if provisioner:
                found[f"{provisioner}/{key}"] = provisioner
    return found
