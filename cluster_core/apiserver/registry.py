"""What a write makes of the stored object: the new value, or that it goes. Pure: reads the cache, changes nothing.

Upstream: apiserver `registry/generic/registry/store.go`, `registry/rest`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from cluster_core.api.errors import (
    ApiError,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid,
    method_not_allowed,
    not_found,
)
from cluster_core.api.kinds.kind import Kind, validate_metadata
from cluster_core.api.objects import SAFE_ALPHABET, set_condition, with_path
from cluster_core.api.patch import json_patch, merge_patch
from cluster_core.api.request import Obj, Request
from cluster_core.api.strategic_patch import strategic_merge_patch
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.addresses import allocate
from cluster_core.apiserver.admission import MUTATING, check_namespace
from cluster_core.apiserver.admission.namespace_lifecycle import check_namespace_delete
from cluster_core.apiserver.watch_cache import WatchCache
from cluster_core.sim.limits import Limits

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
SERVER_FIELDS = ("resourceVersion", "managedFields", "selfLink")


@dataclass(slots=True)
class Write:
    """What to store: `value` None removes; `revision` is the mod revision that must still hold (0: must not exist)."""

    name: str
    value: Obj | None
    revision: int
    answer: Obj
    code: int = 200
    unchanged: bool = False


@dataclass(slots=True)
class Context:
    """What the rules need beside the request."""

    cache: WatchCache
    now: int
    random: Random
    uid: Callable[[], str]
    limits: Limits

    def suffix(self, length: int) -> str:
        """Random letters and digits for generated names."""
        return "".join(self.random.choice(SAFE_ALPHABET) for _ in range(length))


def write_of(kind: Kind, request: Request, context: Context) -> Write:
    """Decide a write; raises ApiError if it is refused."""
    if request.verb == "create" and request.subresource == "binding":
        return _bind(kind, request, context)
    if request.verb == "create" and request.subresource == "eviction":
        return _delete(kind, request, context)
    if request.verb == "create":
        return _create(kind, request, context)
    if request.verb in ("update", "patch"):
        return _change(kind, request, context)
    if request.verb == "delete":
        return _delete(kind, request, context)
    raise method_not_allowed()


def _create(kind: Kind, request: Request, context: Context) -> Write:
    obj = _object(kind, request.body)
    meta = {name: value for name, value in obj["metadata"].items() if value is not None and name not in SERVER_FIELDS}
    if not meta.get("name") and isinstance(meta.get("generateName"), str):
        meta["name"] = meta["generateName"][:58] + context.suffix(5)
    meta = _scoped(kind, meta, request)
    name = str(meta.get("name", ""))
    check_namespace(kind.resource, meta.get("namespace", ""), name, context.cache)
    _check_limits(kind, context)
    meta["uid"] = context.uid()
    meta["creationTimestamp"] = rfc3339(context.now)
    obj = kind.defaults({**obj, "metadata": meta})
    _refuse(kind, obj, validate_metadata(kind, obj) + kind.validate(obj))
    for _plugin, resource, mutate in MUTATING:
        if resource == kind.resource:
            obj = mutate(obj, context.cache, context.suffix)
    obj = kind.prepare_create(obj)
    if kind.kind == "Service":
        obj = allocate(obj, context.cache.of("services"), context.random)
    if context.cache.get(kind.resource, request.namespace, name) is not None:
        raise already_exists(kind.resource, name)
    return Write(name, obj, 0, obj, 201)


def _change(kind: Kind, request: Request, context: Context) -> Write:
    old = context.cache.get(kind.resource, request.namespace, request.name)
    if old is None:
        raise not_found(kind.resource, request.name)
    new = _object(kind, request.body) if request.verb == "update" else _patched(kind, request, old)
    wanted = new["metadata"].get("resourceVersion") or old["metadata"]["resourceVersion"]
    if str(wanted) != old["metadata"]["resourceVersion"]:
        raise conflict(kind.resource, request.name)
    if request.subresource == "status":
        new = kind.prepare_status_update(new, old)
    elif request.subresource == "finalize":
        new = {**old, "spec": new.get("spec", {})}
    else:
        new = _prepared(kind, request, new, old)
        if kind.kind == "Service" and new["spec"] != old["spec"]:
            new = allocate(new, context.cache.of("services"), context.random)
    if not new["metadata"].get("finalizers") and _may_go(kind, new):
        return Write(request.name, None, _revision(old), new)
    return Write(request.name, _stored(new), _revision(old), new, unchanged=new == old)


def _prepared(kind: Kind, request: Request, new: Obj, old: Obj) -> Obj:
    fixed = {
        name: old["metadata"][name]
        for name in ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")
        if name in old["metadata"]
    }
    given = new["metadata"].get("uid")
    if given and given != fixed["uid"]:
        raise conflict(
            kind.resource,
            request.name,
            f"Precondition failed: UID in precondition: {given}, UID in object meta: {fixed['uid']}",
        )
    meta = _scoped(kind, {name: value for name, value in new["metadata"].items() if value is not None}, request)
    meta = {name: value for name, value in meta.items() if name != "deletionTimestamp"} | fixed
    meta["resourceVersion"] = old["metadata"]["resourceVersion"]
    new = {**new, "metadata": meta, "apiVersion": kind.api_version, "kind": kind.kind}
    if new.get("spec") != old.get("spec") or not kind.has_spec:
        new = kind.defaults(new)
    new = kind.prepare_update(new, old)
    causes = validate_metadata(kind, new)
    if not kind.has_spec or new.get("spec") != old.get("spec"):
        causes = causes + kind.validate(new) + kind.validate_update(new, old)
    _refuse(kind, new, causes)
    return new


def _patched(kind: Kind, request: Request, old: Obj) -> Obj:
    patch_type = request.options.get("patch_type", "strategic")
    if patch_type == "json":
        found: Obj = json_patch(old, request.body)
    elif not isinstance(request.body, dict):
        raise bad_request("a merge patch must be an object")
    elif patch_type == "merge":
        found = merge_patch(old, request.body)
    elif patch_type == "strategic":
        found = strategic_merge_patch(old, request.body, kind.kind)
    else:
        raise ApiError(415, "UnsupportedMediaType", f"the body of the request was in an unknown format: {patch_type}")
    return _object(kind, found)


def _delete(kind: Kind, request: Request, context: Context) -> Write:
    old = context.cache.get(kind.resource, request.namespace, request.name)
    if old is None:
        raise not_found(kind.resource, request.name)
    options = request.options
    _check_preconditions(kind, request, old)
    meta = dict(old["metadata"])
    finalizers = _finalizers(meta.get("finalizers") or [], options.get("propagation_policy", "Background"))
    if kind.kind == "Namespace":
        check_namespace_delete(request.name)
        return _end_namespace(request, old, context)
    grace = _grace(kind, old, options)
    if "deletionTimestamp" in meta:
        known = int(meta.get("deletionGracePeriodSeconds", 0))
        if grace >= known and (known > 0 or finalizers):
            return Write(request.name, _stored(old), _revision(old), old, unchanged=True)
    if grace == 0 and not finalizers:
        return Write(request.name, None, _revision(old), old)
    meta["deletionTimestamp"] = rfc3339(context.now + grace * 1_000_000)
    meta["deletionGracePeriodSeconds"] = grace
    if kind.has_spec:
        meta["generation"] = meta.get("generation", 1) + ("deletionTimestamp" not in old["metadata"])
    if finalizers:
        meta["finalizers"] = finalizers
    new = {**old, "metadata": meta}
    return Write(request.name, _stored(new), _revision(old), new)


def _bind(kind: Kind, request: Request, context: Context) -> Write:
    old = context.cache.get("pods", request.namespace, request.name)
    if old is None:
        raise not_found("pods", request.name)
    uid = (request.body.get("metadata") or {}).get("uid")
    if uid and uid != old["metadata"]["uid"]:
        raise conflict(
            "pods/binding",
            request.name,
            f"Precondition failed: UID in precondition: {uid}, UID in object meta: {old['metadata']['uid']}",
        )
    node = request.body["target"]["name"]
    if old["spec"].get("nodeName"):
        raise conflict(
            "pods/binding", request.name, f'pod {request.name} is already assigned to node "{old["spec"]["nodeName"]}"'
        )
    if old["metadata"].get("deletionTimestamp"):
        raise conflict(
            "pods/binding", request.name, f"pod {request.name} is being deleted, cannot be assigned to a host"
        )
    conditions = old.get("status", {}).get("conditions") or []
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    conditions = set_condition([c for c in conditions if c["type"] != "PodScheduled"], scheduled, rfc3339(context.now))
    new = with_path(with_path(old, ("spec", "nodeName"), node), ("status", "conditions"), conditions)
    answer = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
    return Write(request.name, _stored(new), _revision(old), answer, 201)


def _end_namespace(request: Request, old: Obj, context: Context) -> Write:
    if old["metadata"].get("deletionTimestamp"):
        return Write(request.name, _stored(old), _revision(old), old, unchanged=True)
    new = with_path(old, ("metadata", "deletionTimestamp"), rfc3339(context.now))
    new = with_path(new, ("status", "phase"), "Terminating")
    return Write(request.name, _stored(new), _revision(old), new)


def _may_go(kind: Kind, obj: Obj) -> bool:
    """Whether an object that is being deleted has nothing left to wait for."""
    meta = obj["metadata"]
    if not meta.get("deletionTimestamp") or int(meta.get("deletionGracePeriodSeconds", 0)):
        return False
    return kind.kind != "Namespace" or not obj.get("spec", {}).get("finalizers")


def _grace(kind: Kind, old: Obj, options: dict[str, Any]) -> int:
    if kind.kind != "Pod":
        return 0
    status = old.get("status", {})
    if not old["spec"].get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
        return 0
    given = options.get("grace_period")
    return int(old["spec"].get("terminationGracePeriodSeconds", 30) if given is None else given)


def _finalizers(known: list[str], policy: str) -> list[str]:
    kept = [name for name in known if name not in (FOREGROUND, ORPHAN)]
    return kept + {"Foreground": [FOREGROUND], "Orphan": [ORPHAN]}.get(
        policy, [name for name in known if name not in kept]
    )


def _check_preconditions(kind: Kind, request: Request, old: Obj) -> None:
    wanted = request.options.get("preconditions") or {}
    for name, field in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        there = old["metadata"][name]
        if wanted.get(name) and str(wanted[name]) != there:
            why = f"Precondition failed: {field} in precondition: {wanted[name]}, {field} in object meta: {there}"
            raise conflict(kind.resource, request.name, why)


def _check_limits(kind: Kind, context: Context) -> None:
    bounds = {"pods": context.limits.pods, "services": context.limits.services, "nodes": context.limits.nodes + 1}
    bound = bounds.get(kind.resource)
    if bound is not None and len(context.cache.of(kind.resource)) >= bound:
        raise forbidden(kind.resource, "", f"limit of this run reached: at most {bound} {kind.plural}")
    if kind.resource != "events" and context.cache.count - len(context.cache.of("events")) >= context.limits.objects:
        raise forbidden(kind.resource, "", f"limit of this run reached: at most {context.limits.objects} objects")


def _object(kind: Kind, body: Any) -> Obj:
    if not isinstance(body, dict) or not isinstance(body.get("metadata", {}), dict):
        raise bad_request(f"the object provided is unrecognized: expected a {kind.kind}")
    given = body.get("apiVersion", kind.api_version), body.get("kind", kind.kind)
    if given != (kind.api_version, kind.kind):
        raise bad_request(
            f"the API version in the data ({given[0]}, Kind={given[1]}) does not match the expected ({kind.api_version}, Kind={kind.kind})"
        )
    return {**body, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": body.get("metadata") or {}}


def _scoped(kind: Kind, meta: Obj, request: Request) -> Obj:
    if not kind.namespaced:
        return {name: value for name, value in meta.items() if name != "namespace"}
    given = meta.get("namespace") or request.namespace
    if given != request.namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    return {**meta, "namespace": given}


def _refuse(kind: Kind, obj: Obj, causes: list[Any]) -> None:
    if causes:
        raise invalid(kind.kind, kind.group, str(obj["metadata"].get("name", "")), causes)


def _stored(obj: Obj) -> Obj:
    """As etcd keeps it: without the resourceVersion, which is etcd's own."""
    meta = obj["metadata"]
    if "resourceVersion" not in meta:
        return obj
    return {**obj, "metadata": {name: value for name, value in meta.items() if name != "resourceVersion"}}


def _revision(obj: Obj) -> int:
    return int(obj["metadata"]["resourceVersion"])
