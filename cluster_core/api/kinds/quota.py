"""ResourceQuota and LimitRange: bounds of a namespace. Upstream: `pkg/apis/core/{v1/defaults.go,validation/validation.go}`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import IMMUTABLE
from cluster_core.api.kinds.kind import Kind, named
from cluster_core.api.kinds.limit_range_validation import default_limits, validate_limits
from cluster_core.api.kinds.resource_names import is_quota, validate_amount, validate_quota_resource_name
from cluster_core.api.request import Obj

POD_SCOPES = (
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
)
SCOPES = (*POD_SCOPES, "VolumeAttributesClass")
POD_COUNTS = ("pods",)
POD_RESOURCES = (*POD_COUNTS, "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory")
CLAIM_RESOURCES = ("persistentvolumeclaims", "requests.storage")
CONFLICTS = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
PLAIN = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
MUST_EXIST = (
    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
NO_VALUES = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
SOME_VALUES = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"


class ResourceQuota(Kind):
    """How much a namespace may use."""

    kind, plural, short_names = "ResourceQuota", "resourcequotas", ("quota",)
    has_spec = False
    initial_status = {}

    def defaults(self, obj: Obj) -> Obj:
        """It has a spec."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Names and amounts of what is bounded, and for which pods."""
        spec = obj["spec"]
        hard = list(spec.get("hard") or {})
        causes = _validate_amounts(spec.get("hard"), "spec.hard")
        causes += _validate_scopes(spec, hard, "spec.scopes")
        terms = (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
        return causes + (_validate_terms(spec, terms, hard, "spec.scopeSelector.matchExpressions") if terms else [])

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What it counts does not change."""
        now, was = new["spec"].get("scopes") or [], old["spec"].get("scopes") or []
        return [] if sorted(now) == sorted(was) else [Cause("spec.scopes", "Invalid", IMMUTABLE, now)]

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What is used and what of."""
        status = new.get("status") or {}
        return [
            cause for field in ("hard", "used") for cause in _validate_amounts(status.get(field), f"status.{field}")
        ]


class LimitRange(Kind):
    """Defaults and bounds of single pods and claims."""

    kind, plural, short_names = "LimitRange", "limitranges", ("limits",)
    has_status = False
    has_spec = False

    def defaults(self, obj: Obj) -> Obj:
        """Limits from maxima, requests from limits and minima."""
        spec = obj.get("spec") or {}
        if not spec.get("limits"):
            return {**obj, "spec": {"limits": None, **spec}}
        return {**obj, "spec": {**spec, "limits": [default_limits(item) for item in spec["limits"]]}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Names, and amounts that fit together."""
        causes: list[Cause] = []
        seen: list[str] = []
        for index, item in enumerate(obj["spec"]["limits"] or ()):
            path, kind = f"spec.limits[{index}]", item.get("type") or ""
            wrong = named(kind, names.qualified, f"{path}.type")
            if not wrong and "/" not in kind and kind not in ("Container", "PersistentVolumeClaim", "Pod"):
                words = "must be a standard limit type or fully qualified"
                wrong = [Cause(f"{path}.type", "Invalid", words, kind)]
            if kind in seen:
                causes.append(Cause(f"{path}.type", "Duplicate", "", kind))
            seen.append(kind)
            causes += wrong + validate_limits(item, path)
        return causes


def _validate_amounts(amounts: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for name, amount in (amounts or {}).items():
        here = f"{path}[{name}]"
        causes += validate_quota_resource_name(name, here) + validate_amount(name, amount, here)
    return causes


def _fits(scope: str, resource: str) -> bool:
    """Whether pods or claims of a scope can be told apart for a resource."""
    if scope == "BestEffort":
        return resource in POD_COUNTS
    return resource in (CLAIM_RESOURCES if scope == "VolumeAttributesClass" else POD_RESOURCES)


def _validate_scopes(spec: Obj, hard: list[str], path: str) -> list[Cause]:
    scopes = spec.get("scopes") or []
    causes: list[Cause] = []
    for scope in scopes:
        if scope not in SCOPES:
            causes.append(Cause(path, "Invalid", "unsupported scope", scopes))
        if any(is_quota(name) and not _fits(scope, name) for name in hard):
            causes.append(Cause(path, "Invalid", "unsupported scope applied to resource", scopes))
    return causes + _conflicts(scopes, scopes, path)


def _conflicts(scopes: list[str], shown: Any, path: str) -> list[Cause]:
    return [
        Cause(path, "Invalid", "conflicting scopes", shown)
        for one, other in CONFLICTS
        if one in scopes and other in scopes
    ]


def _validate_terms(spec: Obj, terms: Any, hard: list[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for term in terms:
        scope, operator, values = term.get("scopeName") or "", term.get("operator") or "", term.get("values") or []
        if scope not in SCOPES:
            causes.append(Cause(f"{path}.scopeName", "Invalid", "unsupported scope", scope))
        if any(is_quota(name) and not _fits(scope, name) for name in hard):
            words = "unsupported scope applied to resource"
            causes.append(Cause(path, "Invalid", words, spec["scopeSelector"]))
        if scope in PLAIN and operator != "Exists":
            causes.append(Cause(f"{path}.operator", "Invalid", MUST_EXIST, operator))
        if operator in ("In", "NotIn"):
            causes += [] if values else [Cause(f"{path}.values", "Required", SOME_VALUES)]
        elif operator in ("Exists", "DoesNotExist"):
            causes += [Cause(f"{path}.values", "Invalid", NO_VALUES, values)] if values else []
        else:
            causes.append(Cause(f"{path}.operator", "Invalid", "not a valid selector operator", operator))
    return causes + _conflicts([term.get("scopeName") for term in terms], spec.get("scopes"), path)
