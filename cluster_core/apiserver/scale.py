"""Scale: the replicas of an object as autoscaling/v1, whatever its kind.

Upstream: `pkg/registry/apps/*/storage`, apiextensions `registry/customresource/etcd.go`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cluster_core.api.errors import bad_request, conflict, invalid, not_found, unknown_resource
from cluster_core.api.json_patch import json_patch
from cluster_core.api.kinds.kind import Kind, non_negative
from cluster_core.api.objects import with_path
from cluster_core.api.patch import merge_patch
from cluster_core.api.request import Obj, Request
from cluster_core.api.scale_paths import ScalePaths
from cluster_core.api.schema import DecodeError, decode
from cluster_core.api.selector import from_label_selector, from_map
from cluster_core.apiserver.apply.ownership import Ownership
from cluster_core.apiserver.apply.scale import apply_scale
from cluster_core.apiserver.apply.writes import after_rescale, is_apply, same_owners
from cluster_core.apiserver.write import Context, Write, refuse, revision, stored
from cluster_core.apiserver.write_options import check_write_options

REPLICATED = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers")
_BUILT_IN = ScalePaths()


def scale_paths(kind: Kind) -> ScalePaths | None:
    """Where the objects of a kind have their replicas; None for a kind without any. Custom kinds say it themselves."""
    if kind.resource in REPLICATED:
        return _BUILT_IN
    found: ScalePaths | None = getattr(kind, "scale_paths", None)
    return found


def scale_of(kind: Kind, obj: Obj) -> Obj:
    """The Scale of an object. Raises 404 for a kind without replicas."""
    paths = scale_paths(kind)
    if paths is None:
        raise unknown_resource()
    meta = obj["metadata"]
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    shown = {name: meta[name] for name in names if name in meta}
    status: Obj = {"replicas": _at(obj, paths.status) or 0}
    text = _selector(kind, _at(obj, paths.selector))
    if text:
        status["selector"] = text
    spec = {"replicas": _wanted(kind, obj, paths)}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": shown, "spec": spec, "status": status}


def rescale(kind: Kind, request: Request, context: Context) -> Write:
    """Set the replicas of an object through its Scale."""
    paths = scale_paths(kind)
    if paths is None:
        raise unknown_resource()
    old = context.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
    if old is None:
        raise not_found(kind.resource, request.name)
    replicas, ownership = _wish(kind, request, old, paths, context)
    causes = non_negative(replicas, "spec.replicas")
    if causes:
        raise invalid("Scale", "autoscaling", request.name, causes)
    if replicas == _wanted(kind, old, paths):
        unchanged = ownership is None or same_owners(kind, old, ownership)
        return Write(
            request.name, stored(old), revision(old), scale_of(kind, old), unchanged=unchanged, ownership=ownership
        )
    new = with_path(old, paths.spec, replicas)
    new = with_path(new, ("metadata", "generation"), old["metadata"].get("generation", 1) + 1)
    ownership = ownership or after_rescale(kind, request, context.now, old, new)
    if kind.custom:
        refuse(kind, new, kind.validate_update(new, old))
    return Write(request.name, stored(new), revision(old), scale_of(kind, new), ownership=ownership)


def _wish(kind: Kind, request: Request, old: Obj, paths: ScalePaths, context: Context) -> tuple[int, Ownership | None]:
    """The replicas that a request asks for, and who owns them after an apply."""
    if is_apply(request):
        check_write_options(request)
        given, ownership = apply_scale(kind, request, old, paths.spec, context.now)
        return (_wanted(kind, old, paths) if given is None else int(given)), ownership
    wanted = _asked(request, scale_of(kind, old))
    _check(kind, request, wanted, old)
    return (wanted.get("spec") or {}).get("replicas", 0), None


def _check(kind: Kind, request: Request, wanted: Obj, old: Obj) -> None:
    meta = wanted["metadata"]
    if meta.get("name", request.name) != request.name:
        given = meta["name"]
        raise bad_request(f"the name of the object ({given}) does not match the name on the URL ({request.name})")
    if meta.get("resourceVersion", "") not in ("", old["metadata"]["resourceVersion"]):
        raise conflict(kind.resource, request.name)
    if meta.get("uid", "") not in ("", old["metadata"]["uid"]):
        there = old["metadata"]["uid"]
        why = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {there}"
        raise conflict(kind.resource, request.name, why)


def _asked(request: Request, current: Obj) -> Obj:
    body: Any = request.body
    if request.verb == "patch":
        json_typed = request.options.get("patch_type") == "json"
        body = json_patch(current, body) if json_typed else merge_patch(current, body)
    wanted = decoded("Scale", replace(request, body=body))
    return {**wanted, "metadata": wanted.get("metadata") or {}}


def decoded(struct: str, request: Request) -> Obj:
    """The body of a request as an object of a type that is not stored. Raises 400."""
    try:
        found, _unknown = decode(struct, request.body)
    except DecodeError as error:
        raise bad_request(f'{struct} in version "v1" cannot be handled as a {struct}: {error}') from error
    result: Obj = found
    return result


def _at(obj: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj if path else None


def _wanted(kind: Kind, obj: Obj, paths: ScalePaths) -> int:
    """Built-in kinds default to one replica; of a custom kind, unset is none."""
    found = _at(obj, paths.spec)
    return int(found) if found is not None else int(kind.resource in REPLICATED)


def _selector(kind: Kind, found: Any) -> str:
    if isinstance(found, str):
        return found
    text = from_map(found or {}) if kind.kind == "ReplicationController" else from_label_selector(found)
    return str(text) if kind.resource in REPLICATED else ""
