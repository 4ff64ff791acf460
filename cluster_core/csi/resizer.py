"""external-resizer: grows the volumes of claims that ask for more; the file system on it is the kubelet's work.

Upstream: kubernetes-csi/external-resizer `pkg/controller/{controller,resize_status,expand_and_recover}.go`.
"""

from __future__ import annotations

from cluster_core.api.csi_drivers import Driver
from cluster_core.api.objects import key as key_of
from cluster_core.api.objects import set_condition
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import rfc3339
from cluster_core.api.volume_binding import CLAIMS, VOLUMES, capacity, is_bound_to, requested
from cluster_core.api.volume_grown import VolumeGrown
from cluster_core.api.volume_source import ATTACHMENTS, driver_of
from cluster_core.client.controller import Action, Decision, Plan
from cluster_core.csi.sidecars import Sidecar, Sidecars

MERGE = {"patch_type": "merge"}
PENDING = "Waiting for user to (re-)start a pod to finish file system resize of volume on node."
RESIZE = "FileSystemResizePending"


class Resizer(Sidecar):
    """Keys are claims. `begun`: since when the driver works at one (µs)."""

    program = "csi-resizer"
    resources = (CLAIMS, VOLUMES, ATTACHMENTS, "pods")

    def __init__(self, host: Sidecars, driver: Driver) -> None:
        super().__init__(host, driver)
        self.begun: dict[str, int] = {}

    @classmethod
    def serves(cls, driver: Driver) -> bool:
        """Drivers whose volumes can grow."""
        return driver.grows

    def component(self, pod: Obj) -> str:
        """As the resizer calls itself."""
        return f"external-resizer {self.driver.name}"

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A claim that asks for more than it has; all of those when the driver's pod comes."""
        if resource == CLAIMS and new is not None and _is_short(new):
            return [key_of(new)]
        label, value = self.driver.controller
        if resource == "pods" and new is not None and (new["metadata"].get("labels") or {}).get(label) == value:
            return [key for key, one in self.informer(CLAIMS).store.items() if _is_short(one)]
        return []

    def reconcile(self, key: str) -> Plan | None:
        """Grow the volume, then say what is left to do."""
        claim = self.informer(CLAIMS).get(key)
        volume = self.informer(VOLUMES).get(claim["spec"].get("volumeName", "")) if claim is not None else None
        if claim is None or volume is None or not _is_short(claim):
            self.begun.pop(key, None)
            return None
        pod = self.host.pod_of(self.driver)
        if pod is None or driver_of(volume) != self.driver.name or not is_bound_to(volume, claim):
            return Plan()
        self.as_pod(pod)
        return (
            self._finish(claim, volume) if capacity(volume) >= requested(claim) else self._grow(key, claim, volume, pod)
        )

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Who has to go on is told."""
        claim, pod = self.informer(CLAIMS).get(key), self.host.pod_of(self.driver)
        if claim is None or pod is None or not response.ok or action.subresource != "status":
            return
        conditions = (action.body.get("status") or {}).get("conditions") or ()
        if any(one["type"] == RESIZE for one in conditions):
            text = "Require file system resize of volume on node"
            self.tell(pod, claim, "Normal", "FileSystemResizeRequired", text)
            self._tell_nodes(claim["spec"]["volumeName"])
        elif "capacity" in action.body["status"]:
            self.tell(pod, claim, "Normal", "VolumeResizeSuccessful", "Resize volume succeeded")

    def restart(self) -> None:
        """What the driver was asked for is asked for again."""
        super().restart()
        self.begun.clear()

    def _grow(self, key: str, claim: Obj, volume: Obj, pod: Obj) -> Plan:
        plan, name = Plan(), volume["metadata"]["name"]
        if key not in self.begun:
            self.begun[key] = self.now
            self.tell(pod, claim, "Normal", "Resizing", f"External resizer is resizing volume {name}")
            wanted = claim["spec"]["resources"]["requests"]["storage"]
            status = {
                "allocatedResources": {"storage": wanted},
                "allocatedResourceStatuses": {"storage": "ControllerResizeInProgress"},
                "conditions": self._conditions(claim, {"type": "Resizing", "status": "True"}),
            }
            plan.stages.append([_status(claim, status)])
        wait = self.begun[key] + self.driver.create_us - self.now
        if wait > 0:
            plan.requeue_after = wait
            return plan
        self.begun.pop(key)
        body = {"spec": {"capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]}}}
        plan.stages.append([Action("patch", VOLUMES, "", name, body, options=MERGE)])
        plan.decisions.append(
            Decision(
                "volume.grown", {"object": f"persistentvolume/{name}", "size": body["spec"]["capacity"]["storage"]}
            )
        )
        plan.stages += self._finish(claim, volume).stages
        return plan

    def _finish(self, claim: Obj, volume: Obj) -> Plan:
        """The volume is large enough: the claim is, or its file system has to grow on a node first."""
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        if not self.driver.grows_on_node or claim["spec"].get("volumeMode") == "Block":
            status: Obj = {
                "capacity": {"storage": wanted},
                "conditions": None,
                "allocatedResourceStatuses": None,
                "allocatedResources": {"storage": wanted},
            }
            return Plan(stages=[[_status(claim, status)]])
        if any(one["type"] == RESIZE for one in (claim.get("status") or {}).get("conditions") or ()):
            return Plan()
        condition = {"type": RESIZE, "status": "True", "message": PENDING}
        status = {
            "allocatedResources": {"storage": wanted},
            "allocatedResourceStatuses": {"storage": "NodeResizePending"},
            "conditions": self._conditions(claim, condition),
        }
        return Plan(stages=[[_status(claim, status)]])

    def _tell_nodes(self, volume: str) -> None:
        for attachment in self.informer(ATTACHMENTS).by_index("volume", volume):
            self.host.send(f"kubelet/{attachment['spec']['nodeName']}", VolumeGrown(volume))

    def _conditions(self, claim: Obj, condition: Obj) -> list[Obj]:
        others = ("Resizing", RESIZE)
        known = [one for one in (claim.get("status") or {}).get("conditions") or () if one["type"] not in others]
        return set_condition(known, condition, rfc3339(self.now))


def _is_short(claim: Obj) -> bool:
    status = claim.get("status") or {}
    has = parse((status.get("capacity") or {}).get("storage", "0"))
    return status.get("phase") == "Bound" and requested(claim) > has


def _status(claim: Obj, status: Obj) -> Action:
    meta = claim["metadata"]
    body = {"status": status}
    return Action("patch", CLAIMS, meta["namespace"], meta["name"], body, "status", MERGE, ignore=("NotFound",))
