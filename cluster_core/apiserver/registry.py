"""What a create, an update or a patch makes of the stored object. Pure: reads the cache, changes nothing.

Upstream: apiserver `registry/generic/registry/store.go`, `registry/rest`. Real Kubernetes also records in managedFields who set
which field; until server-side apply comes, nobody does.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import (
    Cause,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    method_not_allowed,
    not_found,
    unknown_resource,
)
from cluster_core.api.kinds.kind import IMMUTABLE, Kind, validate_metadata
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.addresses import allocate
from cluster_core.apiserver.admission import MUTATING, check_namespace
from cluster_core.apiserver.body import object_of, patched
from cluster_core.apiserver.deletion import delete, may_go
from cluster_core.apiserver.scale import rescale, scale_paths
from cluster_core.apiserver.subresources import bind, evict
from cluster_core.apiserver.write import Context, Write, changed_fields, refuse, revision, stored

SERVER_FIELDS = (
    "managedFields",
    "selfLink",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
FIXED = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")
NAME_TRIES = 8


def write_of(form: Form, request: Request, context: Context) -> Write:
    """Decide a write; raises ApiError if it is refused."""
    kind = form.kind
    if request.subresource not in _subresources(kind, request.verb):
        raise unknown_resource()
    if request.subresource == "binding":
        return bind(request, context)
    if request.subresource == "eviction":
        return evict(kind, request, context)
    if request.subresource == "scale":
        return rescale(kind, request, context)
    if request.verb == "create":
        return _create(form, request, context)
    if request.verb in ("update", "patch"):
        return _change(form, request, context)
    if request.verb == "delete":
        return delete(kind, request, context)
    raise method_not_allowed()


def _subresources(kind: Kind, verb: str) -> tuple[str, ...]:
    """The subresources that a kind has for a verb; "" is the object itself."""
    if verb == "create":
        return ("", "binding", "eviction") if kind.kind == "Pod" else ("",)
    if verb not in ("update", "patch"):
        return ("",)
    found = ("", "status") if kind.has_status else ("",)
    if kind.kind == "Namespace":
        return (*found, "finalize")
    return found if scale_paths(kind) is None else (*found, "scale")


def _create(form: Form, request: Request, context: Context) -> Write:
    kind, warnings = form.kind, list[str]()
    given = object_of(form, request, warnings)
    meta = _new_metadata(kind, given["metadata"], request, context)
    name, namespace = str(meta.get("name", "")), str(meta.get("namespace", ""))
    check_namespace(kind.resource, namespace, name, context.cache)
    _check_limits(kind, context)
    given = {**given, "metadata": meta}
    obj = kind.fill_in(kind.defaults(given))
    defaulted = changed_fields(obj.get("spec"), given.get("spec"))
    refuse(kind, obj, validate_metadata(kind, obj) + kind.validate_create(obj) + kind.validate(obj))
    admission: list[list[Any]] = []
    for plugin, resource, mutate in MUTATING:
        if resource == kind.resource:
            before, obj = obj, mutate(obj, context.cache, context.suffix)
            changed = changed_fields(obj.get("spec"), before.get("spec"))
            changed += changed_fields(obj["metadata"], before["metadata"])
            if changed:
                admission.append([plugin, changed])
    obj = kind.prepare_create(obj)
    if kind.kind == "Service":
        obj = allocate(obj, context.cache.of("services"), context.random)
    if context.cache.get(kind.resource, namespace, name) is not None:
        raise already_exists(kind.resource, name)
    return Write(name, obj, 0, obj, 201, admission=admission, defaulted=defaulted, warnings=warnings)


def _new_metadata(kind: Kind, given: Obj, request: Request, context: Context) -> Obj:
    if given.get("resourceVersion"):
        raise bad_request("resourceVersion should not be set on objects to be created")
    meta = {name: value for name, value in given.items() if value is not None and name not in SERVER_FIELDS}
    meta.pop("resourceVersion", None)
    meta = _scoped(kind, meta, request)
    if not meta.get("name") and isinstance(meta.get("generateName"), str) and meta["generateName"]:
        meta["name"] = _generated(kind, meta, context)
    meta["uid"] = context.uid()
    meta["creationTimestamp"] = rfc3339(context.now)
    return meta


def _generated(kind: Kind, meta: Obj, context: Context) -> str:
    name = ""
    for _ in range(NAME_TRIES):
        name = meta["generateName"][:58] + context.suffix(5)
        if context.cache.get(kind.resource, meta.get("namespace", ""), name) is None:
            break
    return name


def _change(form: Form, request: Request, context: Context) -> Write:
    kind, warnings = form.kind, list[str]()
    namespace = request.namespace if kind.namespaced else ""
    old = context.cache.get(kind.resource, namespace, request.name)
    if old is None:
        raise not_found(kind.resource, request.name)
    update = request.verb == "update"
    new = object_of(form, request, warnings) if update else patched(form, request, old, warnings)
    _check_name(kind, request, new)
    wanted = new["metadata"].get("resourceVersion") or old["metadata"]["resourceVersion"]
    if str(wanted) != old["metadata"]["resourceVersion"]:
        raise conflict(kind.resource, request.name)
    if request.subresource == "status":
        new = kind.prepare_status_update(new, old)
        refuse(kind, new, kind.validate_status_update(new, old))
    elif request.subresource == "finalize":
        new = {**old, "spec": new.get("spec", {})}
    else:
        new = _prepared(kind, request, new, old)
        if kind.kind == "Service" and new["spec"] != old["spec"]:
            new = allocate(new, context.cache.of("services"), context.random)
    if may_go(kind, new):
        return Write(request.name, None, revision(old), new, warnings=warnings)
    return Write(request.name, stored(new), revision(old), new, unchanged=new == old, warnings=warnings)


def _prepared(kind: Kind, request: Request, new: Obj, old: Obj) -> Obj:
    fixed = {name: old["metadata"][name] for name in FIXED if name in old["metadata"]}
    given = new["metadata"].get("uid")
    if given and given != fixed["uid"]:
        why = f"Precondition failed: UID in precondition: {given}, UID in object meta: {fixed['uid']}"
        raise conflict(kind.resource, request.name, why)
    meta = _scoped(kind, {name: value for name, value in new["metadata"].items() if value is not None}, request)
    meta = {name: value for name, value in meta.items() if name not in SERVER_FIELDS} | fixed
    meta["resourceVersion"] = old["metadata"]["resourceVersion"]
    new = {**new, "metadata": meta, "apiVersion": kind.api_version, "kind": kind.kind}
    if new.get("spec") != old.get("spec") or not kind.has_spec:
        new = kind.defaults(new)
    new = kind.prepare_update(new, old)
    causes = validate_metadata(kind, new) + _new_finalizers(new["metadata"], old["metadata"])
    if not kind.has_spec or new.get("spec") != old.get("spec"):
        causes = causes + kind.validate(new) + kind.validate_update(new, old)
    refuse(kind, new, causes)
    return new


def _new_finalizers(new: Obj, old: Obj) -> list[Cause]:
    added = [name for name in new.get("finalizers") or () if name not in (old.get("finalizers") or ())]
    if not added or not old.get("deletionTimestamp"):
        return []
    words = "no new finalizers can be added if the object is being deleted, found new finalizers "
    return [Cause("metadata.finalizers", "Forbidden", words + "[]string{" + ", ".join(f'"{n}"' for n in added) + "}")]


def _check_name(kind: Kind, request: Request, new: Obj) -> None:
    given = new["metadata"].get("name")
    if given and given != request.name:
        if request.verb == "update":
            words = f"the name of the object ({given}) does not match the name on the URL ({request.name})"
            raise bad_request(words)
        refuse(kind, new, [Cause("metadata.name", "Invalid", IMMUTABLE, given)])


def _check_limits(kind: Kind, context: Context) -> None:
    bounds = {"pods": context.limits.pods, "services": context.limits.services, "nodes": context.limits.nodes + 1}
    bound = bounds.get(kind.resource)
    if bound is not None and len(context.cache.of(kind.resource)) >= bound:
        raise forbidden(kind.resource, "", f"limit of this run reached: at most {bound} {kind.plural}")
    if kind.resource != "events" and context.cache.count - len(context.cache.of("events")) >= context.limits.objects:
        raise forbidden(kind.resource, "", f"limit of this run reached: at most {context.limits.objects} objects")


def _scoped(kind: Kind, meta: Obj, request: Request) -> Obj:
    if not kind.namespaced:
        return {name: value for name, value in meta.items() if name != "namespace"}
    given = meta.get("namespace") or request.namespace
    if given != request.namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    return {**meta, "namespace": given}
