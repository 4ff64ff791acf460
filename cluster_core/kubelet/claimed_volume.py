"""The volume behind a claim that a pod mounts: whether it can be mounted, and what still keeps it.

Upstream: `pkg/kubelet/volumemanager/populator`, `pkg/volume/util/operationexecutor/operation_generator.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS, VOLUMES, fits_node, is_bound_to, is_fully_bound
from cluster_core.api.volume_source import CSI_DRIVERS, claim_name, driver_of, needs_attach, unique_name
from cluster_core.kubelet.environment import Get

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker

NO_CLIENT = {
    True: "kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: ",
    False: "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: ",
}
NOT_REGISTERED = "driver name {} not found in the list of registered CSI drivers"


@dataclass(frozen=True, slots=True)
class ClaimedVolume:
    """What is known of it: the PersistentVolume, or why it cannot be found (`unknown`)."""

    volume: Obj | None
    unknown: str = ""


def claimed_volume(pod: Obj, volume: Obj, get: Get) -> ClaimedVolume | None:
    """The PersistentVolume behind a volume of a pod; None if it is not one that is claimed."""
    name, namespace = claim_name(pod, volume), pod["metadata"]["namespace"]
    if not name:
        return None
    where = f"error processing PVC {namespace}/{name}: "
    claim = get(CLAIMS, namespace, name)
    if claim is None:
        text = f'failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found'
        return ClaimedVolume(None, where + text)
    if claim["metadata"].get("deletionTimestamp") and not claim["metadata"].get("finalizers"):
        return ClaimedVolume(None, f"{where}PVC is being deleted")
    if not is_fully_bound(claim):
        return ClaimedVolume(None, f"{where}PVC is not bound")
    found = get(VOLUMES, "", claim["spec"]["volumeName"])
    if found is None or not is_bound_to(found, claim):
        return ClaimedVolume(None, f"{where}PV {claim['spec']['volumeName']} is not bound to it")
    return ClaimedVolume(found)


def problem_of(worker: PodWorker, volume: Obj) -> str:
    """Why a volume cannot be mounted here, as an Event says it; "" if it can, or has to be attached first."""
    kubelet, name = worker.kubelet, volume["metadata"]["name"]
    node, driver = kubelet.reach.get("nodes", "", kubelet.node.name), driver_of(volume)
    if node is not None and not fits_node(volume, node):
        return f'MountVolume.NodeAffinity check failed for volume "{name}" : no matching NodeSelectorTerms'
    if not driver or driver in kubelet.plugins.registered or is_awaited(worker, volume):
        return ""
    attaches = needs_attach(volume, drivers_of(worker, volume))
    step = "MountVolume.MountDevice" if attaches else "MountVolume.SetUp"
    return f'{step} failed for volume "{name}" : {NO_CLIENT[attaches]}{NOT_REGISTERED.format(driver)}'


def is_awaited(worker: PodWorker, volume: Obj) -> bool:
    """Whether a volume is not attached yet: the node's status has to say that it is in use, and then that it is attached."""
    if not needs_attach(volume, drivers_of(worker, volume)):
        return False
    kubelet, unique = worker.kubelet, unique_name(volume)
    node = kubelet.reach.get("nodes", "", kubelet.node.name)
    attached = ((node or {}).get("status") or {}).get("volumesAttached") or ()
    return not kubelet.in_use.is_told(unique) or all(one["name"] != unique for one in attached)


def attached_names(worker: PodWorker) -> tuple[str, ...]:
    """The unique names of the volumes of a pod that are attached before they are mounted."""
    found = []
    for one in worker.pod["spec"].get("volumes") or ():
        known = claimed_volume(worker.pod, one, worker.kubelet.reach.get)
        if known is not None and known.volume is not None:
            if needs_attach(known.volume, drivers_of(worker, known.volume)):
                found.append(unique_name(known.volume))
    return tuple(found)


def drivers_of(worker: PodWorker, volume: Obj) -> dict[str, Obj]:
    """The CSIDriver of a volume, if there is one, by its name."""
    name = driver_of(volume)
    found = worker.kubelet.reach.get(CSI_DRIVERS, "", name) if name else None
    return {name: found} if found is not None else {}
