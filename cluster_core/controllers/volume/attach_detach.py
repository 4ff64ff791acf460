"""The attach/detach controller: volumes of drivers that attach are attached to the nodes of the pods that use them.

Upstream: `pkg/controller/volume/attachdetach`. A driver's own attacher does it, asked by a VolumeAttachment.
"""

from __future__ import annotations

from cluster_core.api.objects import key as key_of
from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS, VOLUMES, claim_of, is_bound_to, is_fully_bound
from cluster_core.api.volume_source import ATTACHMENTS, CSI_DRIVERS, claims_of, driver_of, needs_attach, unique_name
from cluster_core.client.controller import Controller, ControllerManager, Plan
from cluster_core.controllers.volume.attach_plan import AttachView, plan_attach

ENDED = ("Succeeded", "Failed")


class AttachDetachController(Controller):
    """Keys are PersistentVolumes. `since` and `refused` are kept per volume and node, as upstream keeps them in memory."""

    name = "persistentvolume-attach-detach-controller"
    source = "attachdetach-controller"
    account = "attachdetach-controller"
    resources = ("pods", "nodes", CLAIMS, VOLUMES, ATTACHMENTS, CSI_DRIVERS)
    workers = 1

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.since: dict[str, dict[str, int]] = {}
        self.refused: dict[str, dict[str, None]] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The volumes of a pod that came to a node or left it, of a node that unmounted or broke; a claim that got its volume."""
        obj = new or old
        assert obj is not None
        if resource == "pods":
            return self._of_pod(old, new)
        if resource == "nodes":
            return self._of_node(old, new)
        if resource == ATTACHMENTS:
            name = (obj["spec"].get("source") or {}).get("persistentVolumeName")
            return [name] if name else []
        if resource == CLAIMS:
            return [obj["spec"]["volumeName"]] if is_fully_bound(obj) else []
        return [key_of(obj)] if resource == VOLUMES and driver_of(obj) else []

    def reconcile(self, key: str) -> Plan | None:
        """Look at one volume."""
        volume = self.informer(VOLUMES).get(key)
        if volume is None or not needs_attach(volume, self.informer(CSI_DRIVERS).store):
            self.since.pop(key, None)
            self.refused.pop(key, None)
            return None
        outcome = plan_attach(self._view(key, volume))
        for about, kind, reason, message in outcome.events:
            self.events.event(about, kind, reason, message)
        return outcome.plan

    def restart(self) -> None:
        """How long a detach has waited is forgotten, as in the real program."""
        super().restart()
        self.since.clear()
        self.refused.clear()

    def _view(self, name: str, volume: Obj) -> AttachView:
        attachments = {one["spec"]["nodeName"]: one for one in self.informer(ATTACHMENTS).by_index("volume", name)}
        wanted = self._wanted(volume)
        names = dict.fromkeys([*attachments, *wanted])
        nodes = {one: found for one in names if (found := self.informer("nodes").get(one)) is not None}
        reported = {one: self._reported(one, name) for one in names}
        since, refused = self.since.setdefault(name, {}), self.refused.setdefault(name, {})
        return AttachView(volume, wanted, attachments, nodes, reported, self.now, since, refused)

    def _wanted(self, volume: Obj) -> dict[str, list[Obj]]:
        """By node, the pods there that use the volume and have not ended."""
        claim = self.informer(CLAIMS).get(claim_of(volume))
        if claim is None or not is_fully_bound(claim) or not is_bound_to(volume, claim):
            return {}
        found: dict[str, list[Obj]] = {}
        for pod in self.informer("pods").by_index("claim", key_of(claim)):
            node = pod["spec"].get("nodeName")
            if node and not _has_ended(pod) and self.informer("nodes").get(node) is not None:
                found.setdefault(node, []).append(pod)
        return found

    def _reported(self, node: str, but: str) -> list[str]:
        """The other volumes that are attached to a node and stay so."""
        found = []
        for one in self.informer(ATTACHMENTS).by_index("node", node):
            name = (one["spec"].get("source") or {}).get("persistentVolumeName", "")
            volume = self.informer(VOLUMES).get(name)
            leaves = one["metadata"].get("deletionTimestamp") or not (one.get("status") or {}).get("attached")
            if volume is not None and name != but and not leaves:
                found.append(unique_name(volume))
        return found

    def _of_pod(self, old: Obj | None, new: Obj | None) -> list[str]:
        obj = new or old
        assert obj is not None
        names = claims_of(obj) if obj["spec"].get("nodeName") else []
        if not names:
            return []
        if old is not None and new is not None and _place(old) == _place(new):
            return []
        claims = self.informer(CLAIMS)
        found = [claims.get(f"{obj['metadata']['namespace']}/{name}") for name in names]
        return [one["spec"]["volumeName"] for one in found if one is not None and one["spec"].get("volumeName")]

    def _of_node(self, old: Obj | None, new: Obj | None) -> list[str]:
        if old is not None and new is not None and _facts(old) == _facts(new):
            return []
        node = (new or old or {})["metadata"]["name"]
        attachments = self.informer(ATTACHMENTS).by_index("node", node)
        return [name for one in attachments if (name := (one["spec"].get("source") or {}).get("persistentVolumeName"))]


def _has_ended(pod: Obj) -> bool:
    return pod.get("status", {}).get("phase") in ENDED


def _place(pod: Obj) -> tuple[str, bool]:
    return pod["spec"].get("nodeName", ""), _has_ended(pod)


def _facts(node: Obj) -> tuple[object, ...]:
    """What of a node matters to its attachments."""
    status = node.get("status") or {}
    ready = [one["status"] for one in status.get("conditions") or () if one["type"] == "Ready"]
    return status.get("volumesInUse"), status.get("volumesAttached"), ready, node["spec"].get("taints")
