"""Deletion: preconditions, grace, finalizers of the propagation policy, the end of a namespace.

Upstream: apiserver `registry/rest/delete.go`, `registry/generic/registry/store.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import bad_request, conflict, not_found
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.apiserver.admission.namespace_lifecycle import check_namespace_delete
from cluster_core.apiserver.write import Context, Write, revision, stored

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
POLICIES: dict[str, list[str]] = {"Background": [], "Foreground": [FOREGROUND], "Orphan": [ORPHAN]}


def delete(kind: Kind, request: Request, context: Context) -> Write:
    """Begin or finish the deletion of an object. Raises 404, 409 of a precondition, or 403 for a protected namespace."""
    old = context.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
    if old is None:
        raise not_found(kind.resource, request.name)
    _check_preconditions(kind, request, old)
    if kind.kind == "Namespace":
        check_namespace_delete(request.name)
        return _end_namespace(request, old, context)
    grace = _grace(kind, old, request.options)
    finalizers = _finalizers(kind, old["metadata"].get("finalizers") or [], request.options)
    if "deletionTimestamp" in old["metadata"]:
        return _shortened(request, old, grace, finalizers)
    if grace == 0 and not finalizers and kind.kind != "Pod":
        return Write(request.name, None, revision(old), old)
    meta = {**old["metadata"], "deletionTimestamp": rfc3339(context.now + grace * 1_000_000)}
    meta["deletionGracePeriodSeconds"] = grace
    if "generation" in meta:
        meta["generation"] += 1
    if finalizers:
        meta["finalizers"] = finalizers
    new = {**old, "metadata": meta}
    return Write(request.name, stored(new), revision(old), new, then_remove=grace == 0 and not finalizers)


def may_go(kind: Kind, obj: Obj) -> bool:
    """Whether an object that is being deleted has nothing left to wait for."""
    meta = obj["metadata"]
    if not meta.get("deletionTimestamp") or meta.get("finalizers") or meta.get("deletionGracePeriodSeconds"):
        return False
    return kind.kind != "Namespace" or not obj.get("spec", {}).get("finalizers")


def _shortened(request: Request, old: Obj, grace: int, finalizers: list[str]) -> Write:
    """A second deletion can only shorten the grace; with none left, the object is written once more and then goes."""
    known = int(old["metadata"].get("deletionGracePeriodSeconds", 0))
    if grace >= known and (known or finalizers):
        return Write(request.name, stored(old), revision(old), old, unchanged=True)
    if known == 0:
        return Write(request.name, None, revision(old), old)
    at = parse(old["metadata"]["deletionTimestamp"]) - (known - grace) * 1_000_000
    meta = {**old["metadata"], "deletionTimestamp": rfc3339(at), "deletionGracePeriodSeconds": grace}
    new = {**old, "metadata": meta}
    return Write(request.name, stored(new), revision(old), new, then_remove=grace == 0 and not finalizers)


def _end_namespace(request: Request, old: Obj, context: Context) -> Write:
    if old["metadata"].get("deletionTimestamp"):
        return Write(request.name, stored(old), revision(old), old, unchanged=True)
    new = with_path(old, ("metadata", "deletionTimestamp"), rfc3339(context.now))
    new = with_path(new, ("status", "phase"), "Terminating")
    return Write(request.name, stored(new), revision(old), new)


def _grace(kind: Kind, old: Obj, options: dict[str, Any]) -> int:
    given = options.get("grace_period")
    if given is not None and (not isinstance(given, int) or given < 0):
        raise bad_request("gracePeriodSeconds must be a whole number of seconds from 0 on")
    if kind.kind != "Pod":
        return 0
    status = old.get("status", {})
    if not old["spec"].get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
        return 0
    return int(old["spec"].get("terminationGracePeriodSeconds", 30) if given is None else given)


def _finalizers(kind: Kind, known: list[str], options: dict[str, Any]) -> list[str]:
    """Those of the object, with that of the propagation policy; without one, a ReplicationController orphans its pods."""
    policy = options.get("propagation_policy") or ("Orphan" if kind.kind == "ReplicationController" else "")
    if not policy:
        return known
    if policy not in POLICIES:
        raise bad_request(f'invalid propagation policy "{policy}": expected one of Background, Foreground, Orphan')
    return [name for name in known if name not in (FOREGROUND, ORPHAN)] + POLICIES[policy]


def _check_preconditions(kind: Kind, request: Request, old: Obj) -> None:
    wanted = request.options.get("preconditions") or {}
    for name, field in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        there = old["metadata"][name]
        if wanted.get(name) and str(wanted[name]) != there:
            why = f"Precondition failed: {field} in precondition: {wanted[name]}, {field} in object meta: {there}"
            raise conflict(kind.resource, request.name, why)
