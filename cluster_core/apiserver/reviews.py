"""Reviews: questions about identities and rights, answered at once and stored nowhere.

Upstream: `pkg/registry/authentication/{tokenreview,selfsubjectreview}`, `pkg/registry/authorization/*`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import Cause, bad_request, invalid, method_not_allowed
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.authentication.identity import Identity
from cluster_core.apiserver.authentication.tokens import ISSUER, Authenticator, TokenError
from cluster_core.apiserver.authorization.attributes import Attributes
from cluster_core.apiserver.authorization.authorizer import Authorizer
from cluster_core.apiserver.body import object_of

AUTHORIZATION = "authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers: the authorizers and the tokens of the moment."""

    authorizer: Authorizer
    authenticator: Authenticator


def is_review(kind: Kind) -> bool:
    """Whether a kind is a question."""
    return kind.kind in _ANSWERS and not kind.stored


def review(form: Form, request: Request, desk: Desk, warnings: list[str]) -> Obj:
    """The review with its answer. Raises 400, 422."""
    if request.verb != "create" or request.subresource:
        raise method_not_allowed()
    given = object_of(form, request, warnings)
    status = _ANSWERS[form.kind.kind](given, request, desk)
    meta = {name: value for name, value in given["metadata"].items() if value not in (None, "", {}, [])}
    return {**given, "metadata": meta, "status": status}


def _token(given: Obj, _request: Request, desk: Desk) -> Obj:
    spec = given.get("spec") or {}
    if not spec.get("token"):
        raise bad_request("token is required for TokenReview in authentication")
    audiences = tuple(spec.get("audiences") or (ISSUER,))
    try:
        who, shared = desk.authenticator.identify(spec["token"], audiences)
    except TokenError as error:
        return {
            "user": {},
            "error": f"[invalid bearer token, {error}]" if str(error) != "invalid bearer token" else str(error),
        }
    return {"authenticated": True, "user": who.info(), "audiences": shared}


def _self(_given: Obj, request: Request, _desk: Desk) -> Obj:
    return {"userInfo": request.caller.who.info()}


def _access(given: Obj, _request: Request, desk: Desk) -> Obj:
    spec = given.get("spec") or {}
    causes = _spec_causes(spec)
    if not spec.get("user") and not spec.get("groups"):
        causes.append(Cause("spec.user", "Invalid", "at least one of user or group must be specified", ""))
    _refuse("SubjectAccessReview", causes)
    extra = tuple(sorted((name, tuple(values)) for name, values in (spec.get("extra") or {}).items()))
    who = Identity(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""), extra)
    return _decided(desk, who, spec)


def _local_access(given: Obj, request: Request, desk: Desk) -> Obj:
    spec = given.get("spec") or {}
    asked = spec.get("resourceAttributes") or {}
    if spec.get("nonResourceAttributes") is not None:
        words = "disallowed on this kind of request"
        cause = Cause("spec.nonResourceAttributes", "Invalid", words, spec["nonResourceAttributes"])
        _refuse("LocalSubjectAccessReview", [cause])
    if asked.get("namespace", "") != request.namespace:
        words = "must match metadata.namespace"
        cause = Cause("spec.resourceAttributes.namespace", "Invalid", words, asked.get("namespace", ""))
        _refuse("LocalSubjectAccessReview", [cause])
    return _access(given, request, desk)


def _self_access(given: Obj, request: Request, desk: Desk) -> Obj:
    spec = given.get("spec") or {}
    _refuse("SelfSubjectAccessReview", _spec_causes(spec))
    return _decided(desk, request.caller.who, spec)


def _self_rules(given: Obj, request: Request, desk: Desk) -> Obj:
    namespace = (given.get("spec") or {}).get("namespace", "")
    if not namespace:
        raise bad_request("no namespace on request")
    who = request.caller.who
    rules, problems = desk.authorizer.rules_of(desk.authenticator.cache, who, namespace)
    if who.node:
        problems = ["node authorizer does not support user rule resolution", *problems]
    status: Obj = {
        "resourceRules": [_resource_rule(rule) for rule in rules if not rule.get("nonResourceURLs")],
        "nonResourceRules": [
            {"verbs": rule["verbs"], "nonResourceURLs": rule["nonResourceURLs"]}
            for rule in rules
            if rule.get("nonResourceURLs")
        ],
        "incomplete": bool(problems),
    }
    return (
        {**status, "evaluationError": problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"}
        if problems
        else status
    )


def _resource_rule(rule: Obj) -> Obj:
    return {field: rule[field] for field in ("verbs", "apiGroups", "resources", "resourceNames") if rule.get(field)}


def _decided(desk: Desk, who: Identity, spec: Obj) -> Obj:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    selector = ""
    if path is not None:
        asked = Attributes(path.get("verb", ""), path=path.get("path", ""))
    else:
        assert resource is not None
        fields = {
            name: resource.get(name, "") for name in ("verb", "group", "resource", "subresource", "namespace", "name")
        }
        asked = Attributes(**fields)
        selector = _selector(resource.get("fieldSelector") or {})
    decision = desk.authorizer.decide(desk.authenticator.cache, who, asked, selector)
    reason = decision.reason if not decision.allowed else str(decision.rule.get("reason", ""))
    return {"allowed": decision.allowed, **({"reason": reason} if reason else {})}


def _selector(given: Obj) -> str:
    """A field selector of a review as text: the raw one, or the requirements that ask for one value."""
    if given.get("rawSelector"):
        return str(given["rawSelector"])
    wanted = [
        one
        for one in given.get("requirements") or ()
        if one.get("operator") == "In" and len(one.get("values") or ()) == 1
    ]
    return ",".join(f"{one.get('key', '')}={one['values'][0]}" for one in wanted)


def _spec_causes(spec: Obj) -> list[Cause]:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        words = "cannot be specified in combination with resourceAttributes"
        return [Cause("spec.nonResourceAttributes", "Invalid", words, path)]
    if resource is None and path is None:
        words = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [Cause("spec.resourceAttributes", "Invalid", words, None)]
    return []


def _refuse(kind: str, causes: list[Cause]) -> None:
    if causes:
        raise invalid(kind, AUTHORIZATION, "", causes)


_ANSWERS: dict[str, Callable[[Obj, Request, Desk], dict[str, Any]]] = {
    "TokenReview": _token,
    "SelfSubjectReview": _self,
    "SubjectAccessReview": _access,
    "LocalSubjectAccessReview": _local_access,
    "SelfSubjectAccessReview": _self_access,
    "SelfSubjectRulesReview": _self_rules,
}
