"""Garbage collection by owner references. Upstream: `pkg/controller/garbagecollector`.

Real Kubernetes asks the API server before it believes that an owner is gone; here the informers have seen every owner before its
dependents. Owners of kinds that are not collected (Namespace, Event, Lease) do not count as owners.
"""

from __future__ import annotations

from cluster_core.api.kinds import KINDS
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
COLLECTED = tuple(kind.resource for kind in KINDS if kind.stored and kind.kind not in ("Event", "Namespace", "Lease"))


class GarbageCollector(Controller):
    """Removes objects whose owners are gone; keys are "resource|ns/name"."""

    name = "garbage-collector"
    account = "generic-garbage-collector"
    resources = COLLECTED
    workers = 20
    custom = "all"

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
        return [key] if missing else []

    def reconcile(self, key: str) -> Plan | None:
        """Delete what has no owner left; carry out foreground and orphan deletion."""
        resource, obj = key.partition("|")[0], self._get(key)
        if obj is None:
            return None
        if obj["metadata"].get("deletionTimestamp"):
            return self._end(resource, obj)
        uids = _owner_uids(obj)
        solid = [uid for uid in uids if uid in self.owners and not self._waits(uid)]
        if not uids or len(solid) == len(uids):
            return None
        if solid:
            return Plan(stages=[[_without_owners(resource, obj, solid)]])
        dangling = [uid for uid in uids if uid not in self.owners]
        if len(dangling) < len(uids) and self.dependents.get(obj["metadata"]["uid"]):
            return Plan(stages=[[_delete(resource, obj, "Foreground")]], decisions=[self._collected(resource, obj)])
        return Plan(stages=[[_delete(resource, obj, _policy(obj))]], decisions=[self._collected(resource, obj)])

    def restart(self) -> None:
        """The graph is built again from the lists."""
        super().restart()
        self.dependents.clear()
        self.owners.clear()

    def _waits(self, uid: str) -> bool:
        """Whether an owner is being deleted in the foreground: its dependents go first."""
        owner = self._get(self.owners[uid])
        if owner is None or not owner["metadata"].get("deletionTimestamp"):
            return False
        return FOREGROUND in (owner["metadata"].get("finalizers") or ())

    def _collected(self, resource: str, obj: Obj) -> Decision:
        kind = resource.partition(".")[0]
        return Decision("garbage.collected", {"resource": kind, "name": _key(obj)})

    def _end(self, resource: str, obj: Obj) -> Plan | None:
        finalizers = obj["metadata"].get("finalizers") or []
        uid = obj["metadata"]["uid"]
        waiting = [(found, there) for found in self.dependents.get(uid, ()) if (there := self._get(found)) is not None]
        if FOREGROUND in finalizers:
            deletes = [
                _delete(
                    found.partition("|")[0],
                    there,
                    "Foreground" if self.dependents.get(there["metadata"]["uid"]) else "Background",
                )
                for found, there in waiting
                if not there["metadata"].get("deletionTimestamp") and self._owned_by_waiting(there)
            ]
            blocked = any(_blocks(there, uid) for _, there in waiting)
            release = [] if blocked else [_without_finalizer(resource, obj, FOREGROUND)]
            return Plan(stages=[deletes, release])
        if ORPHAN in finalizers:
            freed = [
                _without_owners(found.partition("|")[0], there, [one for one in _owner_uids(there) if one != uid])
                for found, there in waiting
            ]
            return Plan(stages=[freed, [_without_finalizer(resource, obj, ORPHAN)]])
        return None

    def _owned_by_waiting(self, obj: Obj) -> bool:
        """Whether every owner of an object is gone or waits for it: one that does not keeps it alive."""
        return all(uid not in self.owners or self._waits(uid) for uid in _owner_uids(obj))

    def _get(self, key: str) -> Obj | None:
        resource, _, name = key.partition("|")
        informer = self.host.informers.get(resource)
        return informer.get(name) if informer is not None else None

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


def _without_owners(resource: str, obj: Obj, left: list[str]) -> Action:
    meta = obj["metadata"]
    owners = [owner for owner in meta["ownerReferences"] if owner["uid"] in left]
    body = {"metadata": {"ownerReferences": owners, "uid": meta["uid"]}}
    return Action(
        "patch",
        resource,
        meta.get("namespace", ""),
        meta["name"],
        body,
        options={"patch_type": "merge"},
        ignore=("NotFound", "Conflict"),
    )


def _blocks(obj: Obj, uid: str) -> bool:
    return any(one["uid"] == uid and one.get("blockOwnerDeletion") for one in obj["metadata"]["ownerReferences"])


def _policy(obj: Obj) -> str:
    """How an object goes whose owners are all gone: as its own finalizers ask."""
    finalizers = obj["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"
