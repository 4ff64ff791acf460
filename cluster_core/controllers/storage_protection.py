"""Claims and volumes that are being deleted stay until nothing uses them. Upstream: `pkg/controller/volume/{pvc,pv}protection`."""

from __future__ import annotations

from typing import ClassVar

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.api.volume_source import claims_of
from cluster_core.client.controller import Action, Controller, Plan

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


class _Protection(Controller):
    """Takes a finalizer away from what is being deleted and no longer in use."""

    protected: ClassVar[str]
    finalizer: ClassVar[str]

    def reconcile(self, key: str) -> Plan | None:
        """Remove the finalizer if the object is free."""
        obj = self.informer(self.protected).get(key)
        if obj is None or not obj["metadata"].get("deletionTimestamp"):
            return None
        finalizers = obj["metadata"].get("finalizers") or []
        if self.finalizer not in finalizers or self.is_used(obj):
            return Plan()
        body = with_path(obj, ("metadata", "finalizers"), [name for name in finalizers if name != self.finalizer])
        meta = obj["metadata"]
        write = Action("update", self.protected, meta.get("namespace", ""), meta["name"], body, ignore=("NotFound",))
        return Plan(stages=[[write]])

    def is_used(self, obj: Obj) -> bool:
        """Whether something still needs the object."""
        raise NotImplementedError


class ClaimProtection(_Protection):
    """A claim is in use by pods that are on a node and not finished."""

    name = "persistentvolumeclaim-protection-controller"
    account = "pvc-protection-controller"
    resources = (CLAIMS, "pods")
    protected, finalizer = CLAIMS, "kubernetes.io/pvc-protection"

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A claim that is being deleted, or the claims of a pod that goes or ends."""
        obj = new or old
        assert obj is not None
        if resource == CLAIMS:
            return [_key(obj)] if new is not None and obj["metadata"].get("deletionTimestamp") else []
        if new is not None and not _is_finished(new):
            return []
        return [f"{obj['metadata']['namespace']}/{name}" for name in claims_of(obj)]

    def is_used(self, obj: Obj) -> bool:
        """Whether a pod on a node has it."""
        name, namespace = obj["metadata"]["name"], obj["metadata"]["namespace"]
        pods = self.informer("pods").by_index("claim", f"{namespace}/{name}")
        return any(pod["spec"].get("nodeName") and not _is_finished(pod) for pod in pods)


class VolumeProtection(_Protection):
    """A volume is in use while a claim is bound to it."""

    name = "persistentvolume-protection-controller"
    account = "pv-protection-controller"
    resources = (VOLUMES,)
    protected, finalizer = VOLUMES, "kubernetes.io/pv-protection"

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A volume that is being deleted."""
        return [_key(new)] if new is not None and new["metadata"].get("deletionTimestamp") else []

    def is_used(self, obj: Obj) -> bool:
        """Whether it is bound."""
        return bool((obj.get("status") or {}).get("phase") == "Bound")


def _is_finished(pod: Obj) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _key(obj: Obj) -> str:
    meta = obj["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else str(meta["name"])
