"""Deletion: preconditions, grace, finalizers of the propagation policy, the end of a namespace.

Upstream: apiserver `registry/rest/delete.go`, `registry/generic/registry/store.go`.
"""

from __future__ import annotations

from cluster_core.api.errors import conflict, not_found
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.apiserver.admission.namespace_lifecycle import check_namespace_delete
from cluster_core.apiserver.definitions import DEFINITIONS, end_definition
from cluster_core.apiserver.write import Context, Write, revision, stored
from cluster_core.apiserver.write_options import DeleteOptions, delete_options

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
FINALIZERS: dict[str, list[str]] = {"Background": [], "Foreground": [FOREGROUND], "Orphan": [ORPHAN]}
# Kinds of old: without another wish, what they own stays.
ORPHANS = ("ReplicationController", "Job")
JOB_WARNING = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)


def delete(kind: Kind, request: Request, context: Context, options: DeleteOptions | None = None) -> Write:
    """Begin or finish the deletion of an object. Raises 404, 409 of a precondition, or 403 for a protected namespace."""
    options = delete_options(request) if options is None else options
    old = context.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
    if old is None:
        raise not_found(kind.resource, request.name)
    _check_preconditions(kind, request, old, options)
    if kind.kind == "Namespace":
        check_namespace_delete(request.name)
        return _end_namespace(request, old, options, context)
    ended = end_definition(old, context) if kind.resource == DEFINITIONS else None
    write = ended or _deletion(kind, old, options, context)
    write.dry_run = options.dry_run
    if kind.kind == "Job" and not options.policy:
        write.warnings.append(JOB_WARNING)
    return write


def may_go(kind: Kind, obj: Obj) -> bool:
    """Whether an object that is being deleted has nothing left to wait for."""
    meta = obj["metadata"]
    if not meta.get("deletionTimestamp") or meta.get("finalizers") or meta.get("deletionGracePeriodSeconds"):
        return False
    return kind.kind != "Namespace" or not obj.get("spec", {}).get("finalizers")


def _deletion(kind: Kind, old: Obj, options: DeleteOptions, context: Context) -> Write:
    meta, name = old["metadata"], str(old["metadata"]["name"])
    known = int(meta.get("deletionGracePeriodSeconds") or 0)
    ending = "deletionTimestamp" in meta
    if kind.kind == "Pod" and ending and known and (options.grace is None or options.grace >= known):
        # The grace can only be shortened, and with it pending the finalizers stay as they are.
        return Write(name, stored(old), revision(old), old, unchanged=True)
    finalizers = _finalizers(kind, meta.get("finalizers") or [], options.policy)
    if kind.kind == "Pod" and not (ending and not known):
        given = options.grace
        return _graceful(old, finalizers, _shorter(old, known, given or 0) if ending else _grace(old, given), context)
    if not finalizers:
        return Write(name, None, revision(old), old)
    new = _marked(old, finalizers, rfc3339(context.now), 0)
    return Write(name, stored(new), revision(old), new, unchanged=new == old)


def _graceful(old: Obj, finalizers: list[str], grace: tuple[int, int], context: Context) -> Write:
    """A pod is told to end within its grace (s) from a time on (µs; 0: now); without any, it goes in a second write."""
    seconds, since = grace
    new = _marked(old, finalizers, rfc3339((since or context.now) + seconds * 1_000_000), seconds, again=True)
    return Write(new["metadata"]["name"], stored(new), revision(old), new, then_remove=seconds == 0 and not finalizers)


def _shorter(old: Obj, known: int, given: int) -> tuple[int, int]:
    return given, parse(old["metadata"]["deletionTimestamp"]) - known * 1_000_000


def _grace(old: Obj, given: int | None) -> tuple[int, int]:
    status = old.get("status", {})
    if not old["spec"].get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
        return 0, 0
    wanted = int(old["spec"].get("terminationGracePeriodSeconds", 30) if given is None else given)
    return (wanted if wanted >= 0 else 1), 0


def _marked(old: Obj, finalizers: list[str], at: str, grace: int, again: bool = False) -> Obj:
    """The object as one that is being deleted. A first mark is a new generation; only a grace moves the time `again`."""
    meta = dict(old["metadata"])
    if "deletionTimestamp" not in meta:
        meta |= {"generation": meta["generation"] + 1} if "generation" in meta else {}
        meta["deletionTimestamp"] = at
    elif again:
        meta["deletionTimestamp"] = at
    meta["deletionGracePeriodSeconds"] = grace
    meta.pop("finalizers", None)
    if finalizers:
        meta["finalizers"] = finalizers
    return {**old, "metadata": meta}


def _end_namespace(request: Request, old: Obj, options: DeleteOptions, context: Context) -> Write:
    if old["metadata"].get("deletionTimestamp"):
        return Write(request.name, stored(old), revision(old), old, unchanged=True)
    new = with_path(old, ("metadata", "deletionTimestamp"), rfc3339(context.now))
    new = with_path(new, ("status", "phase"), "Terminating")
    return Write(request.name, stored(new), revision(old), new, dry_run=options.dry_run)


def _finalizers(kind: Kind, known: list[str], policy: str) -> list[str]:
    """Those of the object, with that of the propagation policy; one that it has already is as good as a policy."""
    if kind.kind == "Event":
        return known
    if not policy and not any(name in (FOREGROUND, ORPHAN) for name in known):
        policy = "Orphan" if kind.kind in ORPHANS else ""
    if not policy:
        return known
    found = [name for name in known if name not in (FOREGROUND, ORPHAN)] + FINALIZERS[policy]
    return known if sorted(found) == sorted(known) else found


def _check_preconditions(kind: Kind, request: Request, old: Obj, options: DeleteOptions) -> None:
    there = old["metadata"]
    if options.uid and options.uid != there["uid"]:
        words = f"the UID in the precondition ({options.uid}) does not match the UID in record ({there['uid']}). "
        raise _failed(kind, request, words + "The object might have been deleted and then recreated")
    wanted = options.resource_version
    if wanted and wanted != there["resourceVersion"]:
        words = f"the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record "
        raise _failed(kind, request, f"{words}({there['resourceVersion']}). The object might have been modified")


def _failed(kind: Kind, request: Request, why: str) -> Exception:
    return conflict(f"{kind.kind}.{kind.group}" if kind.group else kind.kind, request.name, why)
