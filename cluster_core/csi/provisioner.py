"""external-provisioner: makes volumes for claims of a driver's classes, and deletes those whose claims have gone.

Upstream: kubernetes-csi/external-provisioner `pkg/controller/controller.go`, sig-storage-lib-external-provisioner `controller.go`.
Copies of other volumes and of snapshots are not made: the snapshot API is an add-on of its own that is not served here.
"""

from __future__ import annotations

from cluster_core.api.csi_drivers import Driver
from cluster_core.api.objects import key as key_of
from cluster_core.api.request import Obj, Response
from cluster_core.api.volume_binding import (
    CLAIMS,
    CLASSES,
    PROVISIONED_BY,
    PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    annotations_of,
    class_of,
    waits_for_consumer,
)
from cluster_core.api.volume_source import ATTACHMENTS, data_of, driver_of
from cluster_core.client.controller import Action, Decision, Plan
from cluster_core.csi.provisioned import FINALIZER, persistent_volume, volume_name
from cluster_core.csi.sidecars import Sidecar, Sidecars
from cluster_core.sim.kernel import US_PER_SECOND

FAILED = 'failed to provision volume with StorageClass "{}": {}'
MODES = "rpc error: code = InvalidArgument desc = access mode {} is not supported by this driver for file systems"
SOURCES = "error getting handle for DataSource Type {} by Name {}: it cannot be copied"
RETRY_US = (US_PER_SECOND, 5 * 60 * US_PER_SECOND)


class Provisioner(Sidecar):
    """Keys are "claim/<namespace>/<name>" and "volume/<name>". `begun`: since when the driver works at one (µs)."""

    program = "csi-provisioner"
    resources = (CLAIMS, VOLUMES, CLASSES, ATTACHMENTS, "pods", "nodes")
    back_off = RETRY_US

    def __init__(self, host: Sidecars, driver: Driver) -> None:
        super().__init__(host, driver)
        self.begun: dict[str, int] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A claim that asks this driver, a volume of it that is not needed any more; all of them when its pod comes."""
        if resource == CLAIMS and new is not None and self._is_asked(new):
            return [f"claim/{key_of(new)}"]
        if resource == VOLUMES and new is not None and self._is_to_go(new):
            return [f"volume/{key_of(new)}"]
        if resource == ATTACHMENTS and new is None and old is not None:
            name = (old["spec"].get("source") or {}).get("persistentVolumeName", "")
            return [f"volume/{name}"] if name in self.informer(VOLUMES).store else []
        if resource == "pods" and new is not None and self._is_ours(new):
            asking = [f"claim/{key}" for key, one in self.informer(CLAIMS).store.items() if self._is_asked(one)]
            leaving = [f"volume/{key}" for key, one in self.informer(VOLUMES).store.items() if self._is_to_go(one)]
            return asking + leaving
        return []

    def reconcile(self, key: str) -> Plan | None:
        """One volume to make or to delete."""
        what, _, name = key.partition("/")
        obj = self.informer(CLAIMS if what == "claim" else VOLUMES).get(name)
        if obj is None or not (self._is_asked(obj) if what == "claim" else self._is_to_go(obj)):
            self.begun.pop(key, None)
            return None
        return self._provision(key, obj) if what == "claim" else self._delete(key, obj)

    def observe(self, key: str, action: Action, response: Response) -> None:
        """A volume that was made is told of; data goes with the object of its volume."""
        name = key.partition("/")[2]
        if action.verb == "create" and action.resource == VOLUMES:
            claim = self.informer(CLAIMS).get(name)
            pod = self._worker(claim) if claim is not None else None
            if claim is not None and pod is not None and response.ok:
                text = f"Successfully provisioned volume {volume_name(claim)}"
                self.tell(pod, claim, "Normal", "ProvisioningSucceeded", text)

    def restart(self) -> None:
        """What the driver was asked for is asked for again."""
        super().restart()
        self.begun.clear()

    def _is_ours(self, pod: Obj) -> bool:
        label, value = self.driver.controller
        return bool((pod["metadata"].get("labels") or {}).get(label) == value)

    def _is_asked(self, claim: Obj) -> bool:
        if claim["spec"].get("volumeName") or claim["metadata"].get("deletionTimestamp"):
            return False
        notes = annotations_of(claim)
        storage_class = self.informer(CLASSES).get(class_of(claim))
        late = waits_for_consumer(storage_class)
        return notes.get(PROVISIONER) == self.driver.name and (not late or SELECTED_NODE in notes)

    def _is_to_go(self, volume: Obj) -> bool:
        if annotations_of(volume).get(PROVISIONED_BY) != self.driver.name or driver_of(volume) != self.driver.name:
            return False
        unused = (volume.get("status") or {}).get("phase") in ("Released", "Failed")
        leaves = bool(volume["metadata"].get("deletionTimestamp"))
        held = FINALIZER in (volume["metadata"].get("finalizers") or ())
        wanted_gone = volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
        return wanted_gone and ((unused and not leaves) or (leaves and held and unused))

    def _provision(self, key: str, claim: Obj) -> Plan:
        node, pod = annotations_of(claim).get(SELECTED_NODE, ""), self._worker(claim)
        storage_class = self.informer(CLASSES).get(class_of(claim))
        if pod is None or storage_class is None or self.informer(VOLUMES).get(volume_name(claim)) is not None:
            return Plan()
        self.as_pod(pod)
        if key not in self.begun:
            self.begun[key] = self.now
            text = f'External provisioner is provisioning volume for claim "{key_of(claim)}"'
            self.tell(pod, claim, "Normal", "Provisioning", text)
        wait = self.begun[key] + self.driver.create_us - self.now
        if wait > 0:
            return Plan(requeue_after=wait)
        del self.begun[key]
        problem = self._problem(claim)
        if problem:
            self.tell(pod, claim, "Warning", "ProvisioningFailed", FAILED.format(class_of(claim), problem))
            return Plan(requeue_after=RETRY_US[1])
        node = node or (pod["spec"].get("nodeName", "") if self.driver.topology else "")
        body = persistent_volume(self.driver, claim, storage_class, node)
        params = {
            "object": f"persistentvolumeclaim/{key_of(claim)}",
            "volume": volume_name(claim),
            "driver": self.driver.name,
        }
        write = Action("create", VOLUMES, "", "", body, ignore=("AlreadyExists",))
        return Plan(stages=[[write]], decisions=[Decision("volume.provisioned", params)])

    def _worker(self, claim: Obj) -> Obj | None:
        """The pod that provisions for a claim: that of the chosen node, if volumes are bound to nodes."""
        node = annotations_of(claim).get(SELECTED_NODE, "")
        return self.host.pod_of(self.driver, node if self.driver.topology else "")

    def _problem(self, claim: Obj) -> str:
        """What the driver cannot do, in its words."""
        source = claim["spec"].get("dataSourceRef") or claim["spec"].get("dataSource")
        if source:
            return SOURCES.format(source.get("kind", ""), source.get("name", ""))
        if claim["spec"].get("volumeMode") == "Block":
            return ""
        wrong = [mode for mode in claim["spec"].get("accessModes") or () if mode not in self.driver.modes]
        return MODES.format(wrong[0]) if wrong else ""

    def _delete(self, key: str, volume: Obj) -> Plan:
        """Delete a volume once it is detached everywhere: the data, the object, and then the finalizer that held it."""
        pod, name = self.host.pod_of(self.driver), volume["metadata"]["name"]
        attached = self.informer(ATTACHMENTS).by_index("volume", name)
        if pod is None:
            return Plan()
        self.as_pod(pod)
        if attached:
            node = attached[0]["spec"]["nodeName"]
            text = f"persistentvolume {name} is still attached to node {node}"
            self.tell(pod, volume, "Warning", "VolumeFailedDelete", text)
            return Plan()
        if not volume["metadata"].get("deletionTimestamp"):
            wait = self.begun.setdefault(key, self.now) + self.driver.create_us - self.now
            if wait > 0:
                return Plan(requeue_after=wait)
            self.host.storage.delete(data_of(volume))
            write = Action("delete", VOLUMES, "", name, ignore=("NotFound",))
            params = {"object": f"persistentvolume/{name}", "driver": self.driver.name}
            return Plan(stages=[[write]], decisions=[Decision("volume.storage-deleted", params)])
        self.host.storage.delete(data_of(volume))
        kept = [one for one in volume["metadata"]["finalizers"] if one != FINALIZER]
        body = {"metadata": {"finalizers": kept}}
        free = Action("patch", VOLUMES, "", name, body, options={"patch_type": "merge"}, ignore=("NotFound",))
        return Plan(stages=[[free]])
