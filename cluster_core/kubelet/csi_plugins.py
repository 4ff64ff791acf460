"""The CSI drivers that have registered with the kubelet of a node, and the CSINode that says so.

A driver's pod has a registrar beside the driver: while both run, the driver is there. Upstream: `pkg/volume/csi/nodeinfomanager`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.csi_drivers import DRIVERS, driver_of_image, is_registrar
from cluster_core.api.request import Obj, Response
from cluster_core.api.volume_source import CSI_NODES

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

MIGRATED = (
    "kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,kubernetes.io/cinder,"
    "kubernetes.io/gce-pd,kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume"
)
NODE_ID = "csi.volume.kubernetes.io/nodeid"


class CsiPlugins:
    """What is registered, in order of name."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.registered: tuple[str, ...] = ()
        self._made = False

    def begin(self, node: Obj) -> None:
        """The Node is there: make its CSINode, without a driver yet, or tell of the drivers again."""
        if self._made:
            self._again()
            return
        self._made = True
        name, uid = self.kubelet.node.name, node["metadata"].get("uid", "")
        owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}
        meta = {"name": name, "annotations": {"storage.alpha.kubernetes.io/migrated-plugins": MIGRATED}}
        body = {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "spec": {"drivers": []}}
        body["metadata"] = {**meta, "ownerReferences": [owner]}
        self.kubelet.request(self.kubelet.reader, ("csi", "create"), "create", CSI_NODES, body=body)

    def forget(self) -> None:
        """The kubelet's program ends: registrations are made anew."""
        self.registered, self._made = (), False

    def changed(self, pod: Obj) -> None:
        """A pod became ready, or is no longer: if it brings a driver, see which run on the node now, and tell it if that is news."""
        if not _brings_driver(pod):
            return
        workers = [one for one in self.kubelet.workers.values() if _brings_driver(one.pod)]
        found = tuple(sorted({name for worker in workers if (name := _running_driver(worker))}))
        if found != self.registered:
            self.registered = found
            self._tell()

    def answered(self, response: Response) -> None:
        """A CSINode of an earlier life of the kubelet is there: its drivers are told anew. What fails is told when the API is back."""
        if response.reason == "AlreadyExists":
            self._tell()

    def _again(self) -> None:
        """The API server may have missed what was told."""
        if self.registered:
            self._tell()

    def _tell(self) -> None:
        """Write the CSINode, and what of it stands at the Node; labels of places stay there when a driver has gone."""
        kubelet, name = self.kubelet, self.kubelet.node.name
        listed = [_entry(driver, name) for driver in self.registered]
        body: Obj = {"spec": {"drivers": listed or None}}
        merge = {"patch_type": "merge"}
        token = ("csi", "tell")
        kubelet.request(kubelet.reader, token, "patch", CSI_NODES, name=name, body=body, options=merge)
        labels = {topology: name for driver in self.registered if (topology := DRIVERS[driver].topology)}
        ids = ",".join(f'"{driver}":"{name}"' for driver in self.registered)
        meta: Obj = {"annotations": {NODE_ID: f"{{{ids}}}" if ids else None}, "labels": labels}
        kubelet.request(kubelet.reader, token, "patch", "nodes", name=name, body={"metadata": meta}, options=merge)


def _brings_driver(pod: Obj) -> bool:
    return any(is_registrar(one["image"]) for one in pod["spec"].get("containers") or ())


def _running_driver(worker: PodWorker) -> str:
    """The driver of a pod of which it and its registrar run, "" if one of them does not."""
    running = [state.spec["image"] for state in worker.states.values() if state.running(worker.now)]
    if not any(is_registrar(image) for image in running):
        return ""
    return next((name for image in running if (name := driver_of_image(image))), "")


def _entry(name: str, node: str) -> Obj:
    driver = DRIVERS[name]
    found: Obj = {"name": name, "nodeID": node, "topologyKeys": [driver.topology] if driver.topology else None}
    if driver.volumes_max:
        found["allocatable"] = {"count": driver.volumes_max}
    return found
