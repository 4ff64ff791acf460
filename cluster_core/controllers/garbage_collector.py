"""Garbage collection by owner references. Upstream: `pkg/controller/garbagecollector`."""

from __future__ import annotations

from cluster_core.api.kinds import KINDS
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, ControllerManager, Plan

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
COLLECTED = tuple(kind.resource for kind in KINDS if kind.kind not in ("Event", "Namespace", "Lease"))


class GarbageCollector(Controller):
    """Removes objects whose owners are gone; keys are "resource|ns/name"."""

    name = "garbage-collector"
    resources = COLLECTED
    workers = 20

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.dependents: dict[str, dict[str, None]] = {}
        self.owners: dict[str, str] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """An object that went: its dependents. An object that is being deleted with a finalizer of ours, or has owners: itself."""
        obj = new or old
        assert obj is not None
        key, uid = f"{resource}|{_key(obj)}", obj["metadata"]["uid"]
        self._note(key, old, new)
        if new is None:
            self.owners.pop(uid, None)
            above = [self.owners[uid] for uid in _owner_uids(obj) if uid in self.owners]
            return [*self.dependents.get(uid, ()), *above]
        self.owners[uid] = key
        held = set(new["metadata"].get("finalizers") or ()) & {FOREGROUND, ORPHAN}
        if new["metadata"].get("deletionTimestamp") and held:
            return [key]
        missing = [uid for uid in _owner_uids(new) if uid not in self.owners]
        return [key] if missing and self.host.has_synced else []

    def reconcile(self, key: str) -> Plan | None:
        """Delete what has no owner left; carry out foreground and orphan deletion."""
        resource, _, name = key.partition("|")
        obj = self.informer(resource).get(name)
        if obj is None:
            return None
        meta = obj["metadata"]
        if meta.get("deletionTimestamp"):
            return self._end(resource, obj)
        uids = _owner_uids(obj)
        if uids and not any(uid in self.owners for uid in uids):
            return Plan(stages=[[_delete(resource, obj, "Background")]])
        return None

    def _end(self, resource: str, obj: Obj) -> Plan | None:
        finalizers = obj["metadata"].get("finalizers") or []
        waiting = [found for found in self.dependents.get(obj["metadata"]["uid"], ()) if self._get(found) is not None]
        if FOREGROUND in finalizers:
            if waiting:
                deletes = [
                    _delete(found.partition("|")[0], there, "Foreground")
                    for found in waiting
                    if (there := self._get(found)) and not there["metadata"].get("deletionTimestamp")
                ]
                return Plan(stages=[deletes])
            return Plan(stages=[[_without_finalizer(resource, obj, FOREGROUND)]])
        if ORPHAN in finalizers:
            uid = obj["metadata"]["uid"]
            freed = [
                _without_owner(found.partition("|")[0], there, uid)
                for found in waiting
                if (there := self._get(found)) is not None
            ]
            return Plan(stages=[freed, [_without_finalizer(resource, obj, ORPHAN)]])
        return None

    def _get(self, key: str) -> Obj | None:
        resource, _, name = key.partition("|")
        return self.informer(resource).get(name)

    def _note(self, key: str, old: Obj | None, new: Obj | None) -> None:
        for uid in _owner_uids(old) if old is not None else ():
            there = self.dependents.get(uid)
            if there is not None:
                there.pop(key, None)
                if not there:
                    del self.dependents[uid]
        for uid in _owner_uids(new) if new is not None else ():
            self.dependents.setdefault(uid, {})[key] = None


def _owner_uids(obj: Obj) -> list[str]:
    return [owner["uid"] for owner in obj["metadata"].get("ownerReferences") or ()]


def _key(obj: Obj) -> str:
    namespace = obj["metadata"].get("namespace")
    return f"{namespace}/{obj['metadata']['name']}" if namespace else str(obj["metadata"]["name"])


def _delete(resource: str, obj: Obj, policy: str) -> Action:
    meta = obj["metadata"]
    options = {"propagation_policy": policy, "preconditions": {"uid": meta["uid"]}}
    return Action(
        "delete", resource, meta.get("namespace", ""), meta["name"], options=options, ignore=("NotFound", "Conflict")
    )


def _without_finalizer(resource: str, obj: Obj, finalizer: str) -> Action:
    meta = obj["metadata"]
    left = [name for name in meta["finalizers"] if name != finalizer]
    body = {"metadata": {"finalizers": left}}
    return Action(
        "patch",
        resource,
        meta.get("namespace", ""),
        meta["name"],
        body,
        options={"patch_type": "merge"},
        ignore=("NotFound",),
    )


def _without_owner(resource: str, obj: Obj, uid: str) -> Action:
    meta = obj["metadata"]
    left = [owner for owner in meta["ownerReferences"] if owner["uid"] != uid]
    body = {"metadata": {"ownerReferences": left}}
    return Action(
        "patch",
        resource,
        meta.get("namespace", ""),
        meta["name"],
        body,
        options={"patch_type": "merge"},
        ignore=("NotFound",),
    )
