"""What a create, an update or a patch makes of the stored object. Pure: reads the cache, changes nothing.

Upstream: apiserver `registry/generic/registry/store.go`, `registry/rest`. Real Kubernetes also records in managedFields who set
which field; until server-side apply comes, nobody does.
"""

from __future__ import annotations

from dataclasses import replace

from cluster_core.api.conversion import Form
from cluster_core.api.errors import (
    Cause,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid,
    method_not_allowed,
    name_not_generated,
    not_found,
)
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.addresses import allocate
from cluster_core.apiserver.admission import (
    CREATE,
    DELETE,
    UPDATE,
    Attributes,
    check_namespace,
    has_policies,
    mutate,
    plugins_at,
    validate,
)
from cluster_core.apiserver.apply.ownership import Ownership, with_managed_fields
from cluster_core.apiserver.apply.patch import apply_patch
from cluster_core.apiserver.apply.writes import (
    after_change,
    after_create,
    is_apply,
    name_of_new,
    same_owners,
    with_owners_kept,
)
from cluster_core.apiserver.body import given_name, is_typed, object_of, patched
from cluster_core.apiserver.checking import check_changed, check_new, check_status
from cluster_core.apiserver.definitions import DEFINITIONS, check_not_ending
from cluster_core.apiserver.deletion import delete, may_go
from cluster_core.apiserver.subresources import check_subresource, decision_of, narrowed
from cluster_core.apiserver.warnings import deduplicated, warnings_of
from cluster_core.apiserver.write import Context, Write, changed_fields, precondition_failed, revision, stored
from cluster_core.apiserver.write_options import check_write_options

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
# Kinds that are only updated from a version that the client has read; custom kinds are too.
CONDITIONAL = frozenset(
    (
        "customresourcedefinitions.apiextensions.k8s.io",
        "poddisruptionbudgets.policy",
        "leases.coordination.k8s.io",
        "runtimeclasses.node.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "apiservices.apiregistration.k8s.io",
    )
)


def write_of(form: Form, request: Request, context: Context) -> Write:
    """Decide a write; raises ApiError if it is refused."""
    kind, write = form.kind, _decided(form, request, context)
    old = context.cache.get(kind.resource, request.namespace if kind.namespaced else "", write.name)
    return with_owners_kept(kind, write, old)


def _decided(form: Form, request: Request, context: Context) -> Write:
    check_subresource(form, request)
    decide = decision_of(form, request) if request.subresource or not form.kind.stored else None
    if decide is not None:
        _admit_existing(CREATE, form.kind, request, context)
        return decide(form, request, context)
    if not form.kind.stored:
        raise method_not_allowed()
    if request.verb == "create":
        return _create(form, request, context)
    if request.verb in ("update", "patch"):
        return _change(form, request, context)
    if request.verb == "delete":
        _admit_existing(DELETE, form.kind, request, context)
        return delete(form.kind, request, context)
    raise method_not_allowed()


def _admit_existing(operation: str, kind: Kind, request: Request, context: Context) -> None:
    """Plugins that look at a deletion or an eviction see the object as it is."""
    if not plugins_at(operation, kind.resource, request.subresource) and not has_policies(context.cache):
        return
    old = context.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
    if old is not None:
        validate(Attributes(operation, kind, request, context, old, old))


def _create(form: Form, request: Request, context: Context, ownership: Ownership | None = None) -> Write:
    """Stages of a create: the body, its metadata, defaults, admission that changes it, validation, what the server allots.

    `ownership` is that of an apply; every other create owns what it brings and what is set by default.
    """
    kind, outside, warnings = form.kind, not is_typed(request), list[str]()
    if outside:
        check_write_options(request)
    given = object_of(form, request, warnings)
    managers = given["metadata"].get("managedFields")
    meta = _new_metadata(kind, given["metadata"], request, context)
    if outside:
        meta = deduplicated(meta, warnings)
    name, namespace = str(meta.get("name", "")), str(meta.get("namespace", ""))
    check_namespace(kind.resource, namespace, name, context.cache)
    check_not_ending(kind, name)
    _check_limits(kind, context)
    given = {**given, "metadata": meta}
    obj = kind.defaults(given)
    ownership = ownership or after_create(form, request, context.now, obj, managers)
    obj = kind.fill_in(obj)
    defaulted = changed_fields(obj.get("spec"), given.get("spec"))
    change = Attributes(CREATE, kind, request, context, obj, warnings=warnings)
    admission = mutate(change)
    obj = kind.prepare_for(kind.prepare_create(change.obj), change.who.info())
    check_new(kind, request, obj)
    if kind.kind == "Service":
        obj = allocate(obj, context.cache.of("services"), context.random)
    if outside:
        warnings += warnings_of(kind, obj, None)
    change.obj = obj
    validate(change)
    if context.cache.get(kind.resource, namespace, name) is not None:
        raise (
            name_not_generated(kind.resource, name) if not given_name(request) else already_exists(kind.resource, name)
        )
    write = Write(name, obj, 0, obj, 201, admission=admission, defaulted=defaulted, warnings=warnings)
    write.ownership = ownership
    return write


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
    """Stages of an update or a patch: the new object, its name and version, what may change, validation, what the server allots."""
    kind, outside, warnings = form.kind, not is_typed(request), list[str]()
    if outside:
        check_write_options(request)
    old = context.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
    if old is None:
        if is_apply(request) and not request.subresource:
            return _applied_new(form, request, context)
        raise not_found(kind.resource, request.name)
    new, ownership = _changed(form, request, old, context, warnings)
    managers = new["metadata"].get("managedFields")
    if outside:
        _check_name(kind, request, new)
        new = {**new, "metadata": deduplicated(new["metadata"], warnings, after_admission=request.verb == "patch")}
    _check_version(kind, request, new, old)
    change = Attributes(UPDATE, kind, request, context, new, old, warnings)
    admission = mutate(change)
    new = change.obj
    if request.subresource == "status":
        new = kind.prepare_status_update(new, old)
        check_status(kind, request, new, old)
    elif request.subresource:
        new = narrowed(kind, request, new, old, context)
    else:
        new = _prepared(kind, request, new, old)
        if kind.kind == "Service" and new["spec"] != old["spec"]:
            new = allocate(new, context.cache.of("services"), context.random)
    if outside and not request.subresource:
        warnings += warnings_of(kind, new, old)
    change.obj = new
    validate(change)
    if may_go(kind, new):
        return Write(request.name, None, revision(old), new, warnings=warnings)
    by_hand = ownership is not None or managers is not None
    ownership = ownership or after_change(form, request, context.now, old, new, managers)
    unchanged = new == old and not (by_hand and not same_owners(kind, old, ownership))
    value = stored(new)
    return Write(
        request.name,
        value,
        revision(old),
        new,
        unchanged=unchanged,
        admission=admission,
        warnings=warnings,
        ownership=ownership,
    )


def _changed(
    form: Form, request: Request, old: Obj, context: Context, warnings: list[str]
) -> tuple[Obj, Ownership | None]:
    """The object that a change asks for, and who owns it after an apply."""
    if request.verb == "update":
        return object_of(form, request, warnings), None
    if not is_apply(request):
        return patched(form, request, old if is_typed(request) else with_managed_fields(old, form.kind), warnings), None
    applied = apply_patch(form, request, old, context.now)
    return object_of(form, replace(request, body=applied.obj), warnings), applied.ownership


def _applied_new(form: Form, request: Request, context: Context) -> Write:
    """An apply of what is not there creates it."""
    applied = apply_patch(form, request, None, context.now)
    body = name_of_new(form.kind, request, applied.obj)
    return _create(form, replace(request, verb="create", body=body), context, applied.ownership)


def _check_version(kind: Kind, request: Request, new: Obj, old: Obj) -> None:
    """The uid and the resourceVersion that a client names must be those of the object."""
    meta, there = new["metadata"], old["metadata"]
    uid, wanted = meta.get("uid"), meta.get("resourceVersion")
    if uid and uid != there["uid"]:
        raise precondition_failed(kind.resource, kind.resource, old, "UID", uid)
    if wanted and str(wanted) != there["resourceVersion"]:
        raise conflict(kind.resource, request.name)
    if not wanted and (kind.resource in CONDITIONAL or kind.custom):
        cause = Cause("metadata.resourceVersion", "Invalid", "must be specified for an update", 0)
        raise invalid(kind.plural, kind.group, request.name, [cause])


def _prepared(kind: Kind, request: Request, new: Obj, old: Obj) -> Obj:
    fixed = {name: old["metadata"][name] for name in FIXED if name in old["metadata"]}
    meta = _scoped(kind, {name: value for name, value in new["metadata"].items() if value is not None}, request)
    # A list that a patch has emptied is not there any more, as for typed objects.
    meta = {name: value for name, value in meta.items() if name not in SERVER_FIELDS and value != []} | fixed
    meta["resourceVersion"] = old["metadata"]["resourceVersion"]
    new = {**new, "metadata": meta, "apiVersion": kind.api_version, "kind": kind.kind}
    if new.get("spec") != old.get("spec") or not kind.has_spec:
        new = kind.defaults(new)
    new = kind.prepare_update(new, old)
    check_changed(kind, request, new, old)
    return new


def _check_name(kind: Kind, request: Request, new: Obj) -> None:
    meta = new["metadata"]
    name, namespace = meta.get("name"), meta.get("namespace")
    if not name:
        why = "name must be provided"
        raise bad_request(f"the name of the object ({request.name} based on URL) was undeterminable: {why}")
    if name != request.name:
        raise bad_request(f"the name of the object ({name}) does not match the name on the URL ({request.name})")
    if kind.namespaced and namespace and namespace != request.namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")


def _check_limits(kind: Kind, context: Context) -> None:
    bounds = {"pods": context.limits.pods, "services": context.limits.services, "nodes": context.limits.nodes + 1}
    bounds[DEFINITIONS] = context.limits.definitions
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
