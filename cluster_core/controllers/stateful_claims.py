"""Whose a StatefulSet's claims are: with them goes what the retention policy lets go.

Upstream: `pkg/controller/statefulset/stateful_set_utils.go` (isClaimOwnerUpToDate, updateClaimOwnerRefForSetAndPod).
whenDeleted: Delete makes the set the owner; whenScaled: Delete makes a pod that is scaled away the owner of its claims.
"""

from __future__ import annotations

from cluster_core.api.objects import owner_reference, with_path
from cluster_core.api.request import Obj
from cluster_core.controllers.stateful_identity import ordinal_of, ordinals

CONFLICT = (
    "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging controller, "
    "the retention policy is ignored for this claim"
)


def policy(owner: Obj) -> tuple[bool, bool]:
    """Whether claims go when the set is deleted, and when their pod is scaled away."""
    given = owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return given.get("whenDeleted") == "Delete", given.get("whenScaled") == "Delete"


def is_stale(claim: Obj, obj: Obj) -> bool:
    """Whether a claim belongs to an earlier set or pod of this name: it is about to go."""
    return any(_is(one, obj) and one["uid"] != _uid(obj) for one in _refs(claim))


def is_up_to_date(claim: Obj, owner: Obj, pod: Obj) -> bool:
    """Whether the owners of a claim are those that the policy wants; claims of earlier sets or pods are left alone."""
    if is_stale(claim, owner) or is_stale(claim, pod):
        return True
    owned_by_us = _has(claim, owner) or _has(claim, pod)
    if has_other_controller(claim, owner, pod):
        return not owned_by_us
    if any(not one.get("controller") for one in _refs(claim) if one["uid"] in (_uid(owner), _uid(pod))):
        return False
    by_set, by_pod = _wanted(owner, pod)
    return _has(claim, owner) == by_set and _has(claim, pod) == by_pod


def with_owners(claim: Obj, owner: Obj, pod: Obj) -> Obj:
    """A claim with the owners that the policy wants; with none of ours if another controller has it."""
    refs = [one for one in _refs(claim) if not _is(one, owner) and not _is(one, pod)]
    if not has_other_controller(claim, owner, pod):
        by_set, by_pod = _wanted(owner, pod)
        refs += [owner_reference(one) for one, wanted in ((pod, by_pod), (owner, by_set)) if wanted]
    return with_path(claim, ("metadata", "ownerReferences"), refs)


def has_other_controller(claim: Obj, owner: Obj, pod: Obj) -> bool:
    """Whether somebody else controls a claim, though the policy would have it deleted with us."""
    if policy(owner) == (False, False):
        return False
    for one in _refs(claim):
        ours = owner if _is(one, owner) else (pod if _is(one, pod) else None)
        if ours is not None and one["uid"] != _uid(ours):
            return True
        if ours is None and one.get("controller"):
            return True
    return False


def _wanted(owner: Obj, pod: Obj) -> tuple[bool, bool]:
    """Whether the set, and whether the pod, shall own the claims."""
    with_set, when_scaled = policy(owner)
    scaled_away = ordinal_of(pod) not in ordinals(owner)
    return with_set and not (when_scaled and scaled_away), when_scaled and scaled_away


def _refs(claim: Obj) -> list[Obj]:
    return claim["metadata"].get("ownerReferences") or []


def _uid(obj: Obj) -> str:
    return str(obj["metadata"].get("uid", ""))


def _has(claim: Obj, obj: Obj) -> bool:
    return any(one["uid"] == _uid(obj) for one in _refs(claim))


def _is(ref: Obj, obj: Obj) -> bool:
    named = (ref["apiVersion"], ref["kind"], ref["name"])
    return named == (obj["apiVersion"], obj["kind"], obj["metadata"]["name"])
