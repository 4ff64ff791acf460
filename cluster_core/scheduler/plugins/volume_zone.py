"""VolumeZone: a volume with labels of a zone or region is used by nodes of that zone. Upstream: `plugins/volumezone`."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS, CLASSES, VOLUMES, class_of, waits_for_consumer
from cluster_core.api.volume_source import claims_of
from cluster_core.scheduler.framework import CycleState, Plugin, PreFilterResult, StateData
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, Status, skip

REASON = "node(s) had no available volume zone"
# Labels of volumes, and under which names nodes may have them.
TOPOLOGY = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone": "failure-domain.beta.kubernetes.io/zone",
    "topology.kubernetes.io/region": "failure-domain.beta.kubernetes.io/region",
}


@dataclass(slots=True)
class Zones(StateData):
    """Per label of a volume, the values that nodes may have."""

    wanted: list[tuple[str, tuple[str, ...]]]


class VolumeZone(Plugin):
    """Looks at the labels of bound volumes."""

    name = "VolumeZone"
    resources = (CLAIMS, VOLUMES, CLASSES)
    events = (
        "StorageClass/Add",
        "Node/Add",
        "Node/UpdateNodeLabel",
        "PersistentVolumeClaim/Add",
        "PersistentVolumeClaim/Update",
        "PersistentVolume/Add",
        "PersistentVolume/Update",
    )

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A claim must be the pod's."""
        if event.startswith("PersistentVolumeClaim") and new is not None:
            meta = new["metadata"]
            return bool(meta["namespace"] == pod.namespace and meta["name"] in claims_of(pod.pod))
        return True

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Collect the labels; skip a pod whose volumes have none."""
        wanted: list[tuple[str, tuple[str, ...]]] = []
        for name in claims_of(pod.pod):
            claim = snapshot.lister.get(CLAIMS, f"{pod.namespace}/{name}")
            if claim is None:
                return Status(UNRESOLVABLE, [f'persistentvolumeclaim "{name}" not found'])
            volume = snapshot.lister.get(VOLUMES, claim["spec"].get("volumeName", ""))
            if volume is not None:
                labels = volume["metadata"].get("labels") or {}
                wanted += [(key, tuple(labels[key].split("__"))) for key in TOPOLOGY if key in labels]
            elif not waits_for_consumer(snapshot.lister.get(CLASSES, class_of(claim))):
                return Status(UNRESOLVABLE, ["PersistentVolume had no name"])
        if not wanted:
            return skip()
        state.data[self.name] = Zones(wanted)
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node of another zone; one that says nothing of zones will do."""
        found: Zones = state.data[self.name]
        labels = node.node["metadata"].get("labels") or {}
        if not any(key in labels for key in TOPOLOGY):
            return None
        for key, values in found.wanted:
            if labels.get(key, labels.get(TOPOLOGY[key])) not in values:
                return Status(UNRESOLVABLE, [REASON])
        return None
