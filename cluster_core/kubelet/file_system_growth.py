"""File systems that grow to the size of their volumes, on the node where they are mounted.

Upstream: `pkg/volume/util/operationexecutor/node_expander.go`, `pkg/kubelet/volumemanager/reconciler`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj, Response
from cluster_core.api.volume_binding import CLAIMS, VOLUMES, claim_of
from cluster_core.api.volume_source import claims_of
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import Message

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

SYNC_US = 60 * US_PER_SECOND
RESIZES = ("Resizing", "FileSystemResizePending")


@dataclass(slots=True)
class FileSystemsDue(Message):
    """The sync of the pods that use a volume."""

    handler = "on_file_systems_due"

    epoch: int
    volume: str


def noticed(kubelet: Kubelet, volume: str) -> None:
    """A volume is larger: if a pod here has it mounted, its next sync sees that."""
    worker = _user(kubelet, volume)
    if worker is not None and not kubelet.down:
        now = kubelet.sim.now
        kubelet.alarm(now + SYNC_US - (now - worker.facts.start_time) % SYNC_US, FileSystemsDue(kubelet.epoch, volume))


def mounted(worker: PodWorker) -> None:
    """A pod begins: file systems that wait for it are grown as they are mounted."""
    kubelet = worker.kubelet
    for name in claims_of(worker.pod):
        claim = kubelet.reach.get(CLAIMS, worker.pod["metadata"]["namespace"], name)
        if claim is not None and _waits(claim):
            grow(kubelet, claim["spec"].get("volumeName", ""))


def grow(kubelet: Kubelet, volume: str) -> None:
    """Grow the file system of a volume, if a pod here has it, and tell its claim."""
    found, worker = kubelet.reach.get(VOLUMES, "", volume), _user(kubelet, volume)
    if found is None or worker is None:
        return
    namespace, _, name = claim_of(found).partition("/")
    claim = kubelet.reach.get(CLAIMS, namespace, name)
    if claim is None or not _waits(claim):
        return
    text = f'MountVolume.NodeExpandVolume succeeded for volume "{volume}" {kubelet.node.name}'
    worker.event("Normal", "FileSystemResizeSuccessful", text)
    conditions = [one for one in claim["status"].get("conditions") or () if one["type"] not in RESIZES]
    status = {
        "capacity": {"storage": found["spec"]["capacity"]["storage"]},
        "conditions": conditions or None,
        "allocatedResourceStatuses": None,
    }
    kubelet.request(
        kubelet.writer,
        ("claim", volume),
        "patch",
        CLAIMS,
        namespace=namespace,
        name=name,
        body={"status": status},
        subresource="status",
        options={"patch_type": "merge"},
    )
    kubelet.volumes.claims.resize(found)


def answered(kubelet: Kubelet, volume: str, response: Response) -> None:
    """What could not be told is told in the next sync."""
    if not response.ok and response.reason != "NotFound":
        noticed(kubelet, volume)


def _waits(claim: Obj) -> bool:
    conditions = (claim.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "FileSystemResizePending" for one in conditions)


def _user(kubelet: Kubelet, volume: str) -> PodWorker | None:
    """A pod here that runs with a volume."""
    found = kubelet.reach.get(VOLUMES, "", volume)
    namespace, _, name = claim_of(found).partition("/") if found is not None else ("", "", "")
    for worker in kubelet.workers.values():
        if worker.active and worker.pod["metadata"]["namespace"] == namespace and name in claims_of(worker.pod):
            return worker
    return None
