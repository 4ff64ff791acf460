"""CustomResourceDefinitions at work: which kinds they add, and the conditions of their status.

Upstream: apiextensions-apiserver `pkg/controller/{status,establish,finalizer}`, `pkg/apiserver/customresource_handler.go`; there too it
is the API server that runs them. Real Kubernetes lets a create wait for two seconds after a kind is established, and looks every five
seconds whether the last object of a kind that ends is gone; here it sees it go.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.errors import forbidden
from cluster_core.api.kinds.custom import CustomKind
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import condition, set_condition
from cluster_core.api.request import Obj, Request
from cluster_core.api.structural.versions import condition_is_true
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.served_kinds import ServedKinds
from cluster_core.apiserver.watch_cache import Change, WatchCache
from cluster_core.apiserver.write import Context, Write, revision, stored

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
PENDING, IN_PROGRESS = "InstanceDeletionPending", "InstanceDeletionInProgress"
NAME_FIELDS = (("plural", "Plural"), ("singular", "Singular"), ("shortNames", "ShortNames"))
KIND_FIELDS = (("kind", "Kind"), ("listKind", "ListKind"))


@dataclass(frozen=True, slots=True)
class Step:
    """What a definition needs next: a new status, or (None) that its objects are deleted."""

    name: str
    resource: str
    body: Obj | None = None


def refresh(kinds: ServedKinds, cache: WatchCache) -> list[str]:
    """Serve what the definitions of the cache say; returns the resources whose kind is another one than before, or gone."""
    found = {str(crd["metadata"]["name"]): crd for crd in cache.of(DEFINITIONS).values() if _is_served(crd)}
    changed = [name for name in kinds.custom if name not in found]
    for name in changed:
        del kinds.custom[name]
    for name, crd in found.items():
        there = kinds.custom.get(name)
        if not isinstance(there, CustomKind) or _differs(there.crd, crd):
            kinds.custom[name] = CustomKind(crd)
            changed.append(name)
    kinds.generation += bool(changed)
    return changed


def concerned(kinds: ServedKinds, changes: list[Change]) -> bool:
    """Whether changes concern definitions: one of them, or an object that the end of one waits for."""
    if any(change.resource == DEFINITIONS for change in changes):
        return True
    return bool(kinds.custom) and any(change.new is None and change.resource in kinds.custom for change in changes)


def steps(cache: WatchCache, now: int) -> list[Step]:
    """What the definitions need next, in the order of their names."""
    found = [_next(crd, cache, rfc3339(now)) for _, crd in sorted(cache.of(DEFINITIONS).items())]
    return [step for step in found if step is not None]


def requests(cache: WatchCache, now: int, server: str) -> list[Request]:
    """The next steps of all definitions as requests of the server to itself."""
    found = []
    for step in steps(cache, now):
        if step.body is None:
            found.append(Request(0, server, "system:apiserver", "deletecollection", step.resource))
        else:
            request = Request(0, server, "system:apiserver", "update", DEFINITIONS, "", step.name, step.body, "status")
            found.append(request)
    return found


def end_definition(old: Obj, context: Context) -> Write | None:
    """The beginning of the deletion of a definition; None if it has begun."""
    meta = old["metadata"]
    if meta.get("deletionTimestamp"):
        return None
    finalizers = meta.get("finalizers") or []
    now = rfc3339(context.now)
    words = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
    kept = finalizers if FINALIZER in finalizers else [*finalizers, FINALIZER]
    ended = {**old, "metadata": {**meta, "deletionTimestamp": now, "finalizers": kept}}
    new = _with_condition(ended, ("Terminating", "True", PENDING, words), now)
    return Write(meta["name"], stored(new), revision(old), new)


def check_not_ending(kind: Kind, name: str) -> None:
    """No object is created while its definition ends. Raises 403."""
    if isinstance(kind, CustomKind) and kind.ending:
        raise forbidden(kind.resource, name, "create not allowed while custom resource definition is terminating")


def _is_served(crd: Obj) -> bool:
    return condition_is_true(crd, "NamesAccepted") or condition_is_true(crd, "Established")


def _differs(before: Obj, after: Obj) -> bool:
    """Whether two states of a definition make different kinds."""
    old, new = before["metadata"], after["metadata"]
    if before["spec"] is not after["spec"] and before["spec"] != after["spec"]:
        return True
    names = [(crd.get("status") or {}).get("acceptedNames") for crd in (before, after)]
    return (
        names[0] != names[1] or old.get("deletionTimestamp") != new.get("deletionTimestamp") or old["uid"] != new["uid"]
    )


def _next(crd: Obj, cache: WatchCache, now: str) -> Step | None:
    name = str(crd["metadata"]["name"])
    if crd["metadata"].get("deletionTimestamp"):
        return _ending(crd, name, cache, now) if FINALIZER in (crd["metadata"].get("finalizers") or ()) else None
    named = _named(crd, cache, now)
    if named is not None:
        return Step(name, name, named)
    if condition_is_true(crd, "NamesAccepted") and not condition_is_true(crd, "Established"):
        words = "the initial names have been accepted"
        return Step(name, name, _with_condition(crd, ("Established", "True", "InitialNamesAccepted", words), now))
    return None


def _ending(crd: Obj, name: str, cache: WatchCache, now: str) -> Step | None:
    """Objects go first, then the definition."""
    if not condition_is_true(crd, "Established"):
        return Step(name, name, _released(crd, "NeverEstablished", "resource was never established", now))
    terminating = condition(crd, "Terminating")
    if terminating is None or terminating.get("reason") == PENDING:
        words = "CustomResource deletion is in progress"
        return Step(name, name, _with_condition(crd, ("Terminating", "True", IN_PROGRESS, words), now))
    left = cache.of(name)
    if not left:
        return Step(name, name, _released(crd, "InstanceDeletionCompleted", "removed all instances", now))
    waiting = [obj for obj in left.values() if not obj["metadata"].get("deletionTimestamp")]
    return Step(name, name) if waiting else None


def _released(crd: Obj, reason: str, words: str, now: str) -> Obj:
    meta = crd["metadata"]
    left = [name for name in meta.get("finalizers") or () if name != FINALIZER]
    return _with_condition(
        {**crd, "metadata": {**meta, "finalizers": left}}, ("Terminating", "False", reason, words), now
    )


def _named(crd: Obj, cache: WatchCache, now: str) -> Obj | None:
    """The definition with the names that are free, and what that means for it; None if nothing changes."""
    wanted, status = crd["spec"]["names"], crd.get("status") or {}
    accepted = status.get("acceptedNames") or {}
    if wanted == accepted:
        return None
    names, problem = _free_names(crd, wanted, accepted, cache)
    found = ("False", *problem) if problem else ("True", "NoConflicts", "no conflicts found")
    if names == accepted and _has_condition(crd, ("NamesAccepted", *found)):
        return None
    made = {**crd, "status": {**status, "acceptedNames": names}}
    made = _with_condition(made, ("NamesAccepted", *found), now)
    if condition_is_true(crd, "Established"):
        return made
    installing = ("Established", "False", "Installing", "the initial names have been accepted")
    refused = ("Established", "False", "NotAccepted", "not all names are accepted")
    if problem and condition(crd, "Established") is not None:
        return made
    return _with_condition(made, refused if problem else installing, now)


def _free_names(crd: Obj, wanted: Obj, accepted: Obj, cache: WatchCache) -> tuple[Obj, tuple[str, str] | None]:
    """The names that the definition may have, and (reason, message) if one that it wants is taken."""
    resources, kinds = _taken(crd, cache)
    names, problem = {**accepted}, None
    for fields, taken in ((NAME_FIELDS, resources), (KIND_FIELDS, kinds)):
        for field, shown in fields:
            clash = _clash(wanted.get(field), accepted.get(field), taken)
            if clash:
                problem = (f"{shown}Conflict", clash)
            else:
                names[field] = wanted.get(field)
    names["categories"] = wanted.get("categories")
    return {name: value for name, value in names.items() if value}, problem


def _clash(wanted: object, accepted: object, taken: list[str]) -> str:
    if isinstance(wanted, list):
        known = accepted if isinstance(accepted, list) else []
        clashes = [f'"{name}" is already in use' for name in wanted if name not in known and name in taken]
        return clashes[0] if len(clashes) == 1 else f"[{', '.join(clashes)}]" if clashes else ""
    return f'"{wanted}" is already in use' if wanted != accepted and wanted in taken else ""


def _taken(crd: Obj, cache: WatchCache) -> tuple[list[str], list[str]]:
    """Names of resources and of kinds that other definitions of the group have."""
    resources: list[str] = []
    kinds: list[str] = []
    for other in cache.of(DEFINITIONS).values():
        if other["spec"]["group"] != crd["spec"]["group"] or other["metadata"]["name"] == crd["metadata"]["name"]:
            continue
        names = (other.get("status") or {}).get("acceptedNames") or {}
        resources += [names.get("plural") or "", names.get("singular") or "", *(names.get("shortNames") or ())]
        kinds += [names.get("kind") or "", names.get("listKind") or ""]
    return resources, kinds


def _has_condition(crd: Obj, wanted: tuple[str, ...]) -> bool:
    there = condition(crd, wanted[0])
    return there is not None and tuple(there.get(name, "") for name in ("status", "reason", "message")) == wanted[1:]


def _with_condition(crd: Obj, wanted: tuple[str, ...], now: str) -> Obj:
    status = crd.get("status") or {}
    new = dict(zip(("type", "status", "reason", "message"), wanted, strict=True))
    return {**crd, "status": {**status, "conditions": set_condition(status.get("conditions") or [], new, now)}}
