"""external-attacher: attaches a driver's volumes where VolumeAttachments say, and detaches them when those are deleted.

Upstream: kubernetes-csi/external-attacher `pkg/controller/csi_handler.go`.
"""

from __future__ import annotations

from cluster_core.api.csi_drivers import Driver
from cluster_core.api.objects import key as key_of
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.api.volume_binding import VOLUMES
from cluster_core.api.volume_source import ATTACHMENTS, CSI_NODES, driver_of
from cluster_core.client.controller import Action, Plan
from cluster_core.csi.sidecars import Sidecar, Sidecars

MERGE = {"patch_type": "merge"}
NO_NODE = "CSINode {} does not contain driver {}"


class Attacher(Sidecar):
    """Keys are "attachment/<name>" and "volume/<name>". `begun`: since when the driver works at an attachment (µs)."""

    program = "csi-attacher"
    resources = (ATTACHMENTS, VOLUMES, CSI_NODES, "pods")

    def __init__(self, host: Sidecars, driver: Driver) -> None:
        super().__init__(host, driver)
        self.begun: dict[str, int] = {}

    @classmethod
    def serves(cls, driver: Driver) -> bool:
        """Drivers that attach."""
        return driver.attaches

    @property
    def finalizer(self) -> str:
        """What holds an attachment until it is detached, and a volume until it is detached everywhere."""
        return f"external-attacher/{self.driver.name.replace('.', '-')}"

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """An attachment of this driver; a volume that leaves; all of them when the driver's pod or a node's part of it comes."""
        obj = new or old
        assert obj is not None
        if resource == ATTACHMENTS and obj["spec"].get("attacher") == self.driver.name:
            volume = (obj["spec"].get("source") or {}).get("persistentVolumeName", "")
            return [f"attachment/{key_of(obj)}"] if new is not None else [f"volume/{volume}"]
        if resource == VOLUMES and new is not None and driver_of(new) == self.driver.name:
            return [f"volume/{key_of(new)}"] if new["metadata"].get("deletionTimestamp") else []
        label, value = self.driver.controller
        ours = resource == "pods" and (obj["metadata"].get("labels") or {}).get(label) == value
        if new is None or not (ours or resource == CSI_NODES):
            return []
        found = self.informer(ATTACHMENTS).store.items()
        return [f"attachment/{key}" for key, one in found if one["spec"].get("attacher") == self.driver.name]

    def reconcile(self, key: str) -> Plan | None:
        """Attach, detach, or let a volume go."""
        what, _, name = key.partition("/")
        obj = self.informer(ATTACHMENTS if what == "attachment" else VOLUMES).get(name)
        if obj is None:
            self.begun.pop(key, None)
            return None
        pod = self.host.pod_of(self.driver)
        if pod is None:
            return Plan()
        self.as_pod(pod)
        if what == "volume":
            return self._release(obj)
        return self._detach(key, obj) if obj["metadata"].get("deletionTimestamp") else self._attach(key, obj)

    def restart(self) -> None:
        """What the driver was asked for is asked for again."""
        super().restart()
        self.begun.clear()

    def _attach(self, key: str, attachment: Obj) -> Plan:
        status, name = attachment.get("status") or {}, attachment["metadata"]["name"]
        volume = self.informer(VOLUMES).get((attachment["spec"].get("source") or {}).get("persistentVolumeName", ""))
        if status.get("attached") or volume is None:
            return Plan()
        plan = Plan()
        if self.finalizer not in (attachment["metadata"].get("finalizers") or ()):
            plan.stages.append([self._hold(ATTACHMENTS, attachment)])
        if self.finalizer not in (volume["metadata"].get("finalizers") or ()):
            plan.stages.append([self._hold(VOLUMES, volume)])
        problem = self._problem(attachment["spec"]["nodeName"])
        if problem:
            if (status.get("attachError") or {}).get("message") != problem:
                error = {"message": problem, "time": rfc3339(self.now)}
                plan.stages.append([_status(name, {"attached": False, "attachError": error})])
            return plan
        wait = self.begun.setdefault(key, self.now) + self.driver.attach_us - self.now
        if wait > 0:
            plan.requeue_after = wait
            return plan
        self.begun.pop(key)
        plan.stages.append([_status(name, {"attached": True, "attachError": None})])
        return plan

    def _detach(self, key: str, attachment: Obj) -> Plan:
        if self.finalizer not in (attachment["metadata"].get("finalizers") or ()):
            return Plan()
        wait = self.begun.setdefault(f"{key}/detach", self.now) + self.driver.attach_us - self.now
        if wait > 0:
            return Plan(requeue_after=wait)
        self.begun.pop(f"{key}/detach")
        self.begun.pop(key, None)
        told = _status(attachment["metadata"]["name"], {"attached": False})
        return Plan(stages=[[told], [self._let_go(ATTACHMENTS, attachment)]])

    def _release(self, volume: Obj) -> Plan:
        held = self.finalizer in (volume["metadata"].get("finalizers") or ())
        attached = self.informer(ATTACHMENTS).by_index("volume", volume["metadata"]["name"])
        if not held or attached or not volume["metadata"].get("deletionTimestamp"):
            return Plan()
        return Plan(stages=[[self._let_go(VOLUMES, volume)]])

    def _problem(self, node: str) -> str:
        """Why the driver cannot attach to a node."""
        found = self.informer(CSI_NODES).get(node)
        drivers = ((found or {}).get("spec") or {}).get("drivers") or ()
        there = any(one["name"] == self.driver.name for one in drivers)
        return "" if there else NO_NODE.format(node, self.driver.name)

    def _hold(self, resource: str, obj: Obj) -> Action:
        names = [*(obj["metadata"].get("finalizers") or ()), self.finalizer]
        return _finalizers(resource, obj, names)

    def _let_go(self, resource: str, obj: Obj) -> Action:
        names = [one for one in obj["metadata"].get("finalizers") or () if one != self.finalizer]
        return _finalizers(resource, obj, names)


def _finalizers(resource: str, obj: Obj, names: list[str]) -> Action:
    name, body = obj["metadata"]["name"], {"metadata": {"finalizers": names}}
    return Action("patch", resource, "", name, body, options=MERGE, ignore=("NotFound",))


def _status(name: str, status: Obj) -> Action:
    return Action("patch", ATTACHMENTS, "", name, {"status": status}, "status", MERGE, ignore=("NotFound",))
