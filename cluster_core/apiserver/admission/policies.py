"""ValidatingAdmissionPolicies: whether one of them, by one of its bindings, refuses a change.

Upstream: apiserver `admission/plugin/policy/{validating/dispatcher.go,generic/policy_dispatcher.go}`. Real Kubernetes also writes what
the action Audit and audit annotations say to its audit log, runs MutatingAdmissionPolicies, shows policies the options of a request, and
asks them about subresources other than status, such as scale and eviction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.policy_environment import namespace_seen
from cluster_core.api.policy_program import PolicyDecision, policy_of
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.apiserver.admission.bound_policies import BINDINGS, GROUP, POLICIES
from cluster_core.apiserver.admission.plugin import CREATE, DELETE, Attributes
from cluster_core.apiserver.admission.policy_matching import matches, name_of, version_of
from cluster_core.apiserver.write_options import is_dry_run

ASKED = ("", "status")
CODES = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413}
NO_PARAMS = "no params found for policy binding with `Deny` parameterNotFoundAction"
NEEDS_NAMESPACE = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
NO_NAMESPACE = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`"


class Misconfigured(Exception):
    """A binding that cannot be evaluated."""


def check_policies(attributes: Attributes) -> None:
    """Raise what the first policy says that refuses the change; warnings go to the request."""
    if attributes.kind.group == GROUP:
        return
    if attributes.request.subresource not in ASKED:
        return
    first: tuple[str, str, PolicyDecision] | None = None
    for policy, binding in _bound(attributes):
        name, by = policy["metadata"]["name"], binding["metadata"]["name"]
        actions = binding["spec"].get("validationActions") or ()
        for decision in _decisions(policy["spec"], binding["spec"], attributes):
            if first is None and ("Deny" in actions or decision.always):
                first = (name, by, decision)
            if "Warn" in actions and not decision.always:
                told = f"Validation failed for ValidatingAdmissionPolicy '{name}' with binding '{by}': "
                attributes.warnings.append(told + decision.message)
    if first is not None:
        raise _refused(attributes, *first)


def _bound(attributes: Attributes) -> Iterator[tuple[Obj, Obj]]:
    """The policies that are about the change, each with its bindings that are."""
    policies, bindings = attributes.cache.of(POLICIES), attributes.cache.of(BINDINGS)
    for key in sorted(policies):
        policy = policies[key]
        name = policy["metadata"]["name"]
        bound = [bindings[one] for one in sorted(bindings) if bindings[one]["spec"]["policyName"] == name]
        if bound and matches(policy["spec"].get("matchConstraints"), attributes):
            yield from (
                (policy, binding) for binding in bound if matches(binding["spec"].get("matchResources"), attributes)
            )


def _decisions(policy: Obj, binding: Obj, attributes: Attributes) -> list[PolicyDecision]:
    """What refuses the change."""
    try:
        params = _params(policy.get("paramKind"), binding.get("paramRef"), attributes)
    except Misconfigured as error:
        if policy.get("failurePolicy") == "Ignore":
            return []
        return [PolicyDecision(f"failed to configure binding: {error}", always=True)]
    compiled, scope = policy_of(policy), _scope(attributes)
    return [decision for one in params for decision in compiled.decisions({**scope, "params": one})]


def _params(kind: Obj | None, reference: Obj | None, attributes: Attributes) -> list[Obj | None]:
    """The objects that a binding gives its policy; [None] for one without."""
    if kind is None or reference is None:
        return [None]
    found = _kind_of(kind, attributes)
    if found is None:
        group = f"&ParamKind{{APIVersion:{kind.get('apiVersion', '')},Kind:{kind.get('kind', '')},}}"
        raise Misconfigured(f"paramKind kind `{group}` not known")
    namespace = _params_namespace(found, reference.get("namespace") or "", attributes)
    if reference.get("name"):
        one = attributes.cache.get(found.resource, namespace, reference["name"])
        params = [one] if one is not None else []
    else:
        wanted = from_label_selector(reference.get("selector"))
        stored = attributes.cache.of(found.resource)
        all_of = [stored[key] for key in sorted(stored)]
        params = [
            obj
            for obj in all_of
            if (obj["metadata"].get("namespace") or "") == namespace
            and wanted.matches(obj["metadata"].get("labels") or {})
        ]
    if not params and reference.get("parameterNotFoundAction") == "Deny":
        raise Misconfigured(NO_PARAMS)
    api = {"apiVersion": kind["apiVersion"], "kind": kind["kind"]}
    return [{**obj, **api} for obj in params]


def _params_namespace(kind: Kind, given: str, attributes: Attributes) -> str:
    if not kind.namespaced:
        if given:
            raise Misconfigured(NO_NAMESPACE)
        return ""
    found = given or _namespace(attributes)
    if not found:
        raise Misconfigured(NEEDS_NAMESPACE)
    return found


def _kind_of(wanted: Obj, attributes: Attributes) -> Kind | None:
    group, _, version = str(wanted.get("apiVersion") or "").rpartition("/")
    for kind in attributes.context.kinds:
        if kind.kind == wanted.get("kind") and kind.group == group and version in kind.served_versions:
            return kind if kind.stored else None
    return None


def _namespace(attributes: Attributes) -> str:
    """Of the request: a Namespace has itself."""
    if attributes.kind.resource == "namespaces":
        return name_of(attributes)
    return attributes.namespace


def _scope(attributes: Attributes) -> dict[str, Any]:
    """The values of the variables."""
    kind, request = attributes.kind, attributes.request
    version = version_of(attributes)
    api = {"group": kind.group, "version": version}
    gvk, gvr = {**api, "kind": kind.kind}, {**api, "resource": kind.plural}
    asked: dict[str, Any] = {
        "kind": gvk,
        "resource": gvr,
        "subResource": request.subresource,
        "requestKind": gvk,
        "requestResource": gvr,
        "requestSubResource": request.subresource,
        "name": name_of(attributes),
        "namespace": _namespace(attributes),
        "operation": attributes.operation,
        "userInfo": attributes.who.info(),
    }
    seen = {name: value for name, value in asked.items() if value != ""}
    seen["dryRun"] = is_dry_run(request.options)
    title = attributes.operation.capitalize()
    seen["options"] = {"apiVersion": "meta.k8s.io/v1", "kind": f"{title}Options"}
    api_version = f"{kind.group}/{version}" if kind.group else version
    head = {"apiVersion": api_version, "kind": kind.kind}
    new = None if attributes.operation == DELETE else {**attributes.obj, **head}
    old = None if attributes.operation == CREATE or attributes.old is None else {**attributes.old, **head}
    space = attributes.cache.get("namespaces", "", attributes.namespace) if attributes.namespace else None
    return {"object": new, "oldObject": old, "request": seen, "namespaceObject": namespace_seen(space)}


def _refused(attributes: Attributes, policy: str, binding: str, decision: PolicyDecision) -> ApiError:
    message = f"ValidatingAdmissionPolicy '{policy}' with binding '{binding}' denied request: {decision.message}"
    base = attributes.refused(message, name_of(attributes))
    reason = decision.reason or "Invalid"
    return ApiError(CODES.get(reason, 422), reason, base.message, {**base.details, "causes": [{"message": message}]})
