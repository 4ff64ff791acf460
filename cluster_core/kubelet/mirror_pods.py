"""The mirror pods of static pods: objects that show in the API what runs from the node's disk.

Upstream: `pkg/kubelet/pod/mirror_client.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.request import Obj, Response
from cluster_core.kubelet.messages import PodRetry
from cluster_core.kubelet.pod_worker import PodWorker
from cluster_core.kubelet.static_pods import mirror_pod, static_uid
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.shelf import Fixed

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet

RETRY_US = 10 * US_PER_SECOND
MIRRORED = ("name", "namespace", "labels", "annotations", "ownerReferences")


def run_static(kubelet: Kubelet, manifest: Obj) -> None:
    """Run a pod of the node's disk, and show it."""
    pod = mirror_pod(manifest, kubelet.node.name, "", kubelet.sim.now)
    worker = PodWorker(kubelet, pod | {"metadata": pod["metadata"] | {"uid": static_uid(pod)}})
    kubelet.workers[worker.uid] = worker
    create(kubelet, worker)
    worker.begin()


def create(kubelet: Kubelet, worker: PodWorker) -> None:
    """Create the mirror pod, also when somebody has deleted it."""
    meta = {name: value for name, value in worker.pod["metadata"].items() if name in MIRRORED}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": worker.pod["spec"]}
    worker.mirrored = False
    kubelet.request(kubelet.writer, ("mirror", worker.uid), "create", "pods", namespace=meta["namespace"], body=body)


def created(kubelet: Kubelet, uid: str, response: Response) -> None:
    """The API server has answered."""
    worker = kubelet.workers.get(uid)
    if worker is None:
        return
    if response.ok:
        changed(kubelet, worker, response.body)
    elif response.reason != "AlreadyExists":
        kubelet.alarm(kubelet.sim.now + RETRY_US, PodRetry(kubelet.epoch, uid))


def changed(kubelet: Kubelet, worker: PodWorker, mirror: Obj) -> None:
    """The mirror pod came or changed; that somebody deletes it does not stop the static pod."""
    worker.pod = mirror
    if mirror["metadata"].get("deletionTimestamp"):
        kubelet.confirm_deletion(worker)
    elif not worker.mirrored:
        worker.mirrored = True
        worker.told, worker.patching = Fixed(mirror.get("status") or {}), None
        worker.report()
