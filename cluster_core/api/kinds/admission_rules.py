"""Which requests a webhook or an admission policy is about: rules, selectors, their defaults and validation.

Upstream: `pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, named, too_many
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")
OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = ("*", "Cluster", "Namespaced")
CONDITIONS_MAX = 64


def default_rule(rule: Obj) -> Obj:
    """A rule for every scope."""
    return {**rule, "scope": "*"} if rule.get("scope") is None else rule


def default_match(match: Obj) -> Obj:
    """Every namespace and object, and equivalent versions."""
    given = {name: value for name, value in match.items() if value is not None}
    found: Obj = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}, **given}
    for field in ("resourceRules", "excludeResourceRules"):
        if found.get(field):
            found[field] = [default_rule(rule) for rule in found[field]]
    return found


def validate_match(match: Obj, path: str, operations: tuple[str, ...] = OPERATIONS) -> list[Cause]:
    """Defaulted match resources of a policy."""
    causes = choice(match["matchPolicy"], MATCH_POLICIES, f"{path}.matchPolicy")
    for field in ("namespaceSelector", "objectSelector"):
        causes += validate_label_selector(match[field], f"{path}.{field}")
    for field in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(field) or ()):
            here = f"{path}.{field}[{index}]"
            given = rule.get("resourceNames") or []
            for place, name in enumerate(given):
                causes += named(name, names.path_segment, f"{here}.resourceNames[{place}]")
                if name in given[:place]:
                    causes.append(Cause(f"{here}.resourceNames[{place}]", "Duplicate", "", name))
            causes += validate_rule(rule, here, operations)
    return causes


def validate_rule(rule: Obj, path: str, operations: tuple[str, ...] = OPERATIONS) -> list[Cause]:
    """Operations, groups, versions, resources, scope."""
    causes: list[Cause] = []
    for field, words in (("operations", "operations"), ("apiGroups", "API groups"), ("apiVersions", "API versions")):
        given = rule.get(field) or []
        if not given:
            causes.append(Cause(f"{path}.{field}", "Required"))
        if len(given) > 1 and "*" in given:
            causes.append(
                Cause(f"{path}.{field}", "Invalid", f"if '*' is present, must not specify other {words}", given)
            )
    causes += [
        Cause(f"{path}.operations[{index}]", "NotSupported", supported(*operations), operation)
        for index, operation in enumerate(rule.get("operations") or ())
        if operation not in operations
    ]
    causes += [
        Cause(f"{path}.apiVersions[{index}]", "Required")
        for index, version in enumerate(rule.get("apiVersions") or ())
        if not version
    ]
    causes += _validate_resources(rule.get("resources") or [], f"{path}.resources")
    return causes + choice(rule.get("scope"), SCOPES, f"{path}.scope")


def _validate_resources(resources: list[str], path: str) -> list[Cause]:
    causes = [] if resources else [Cause(path, "Required")]
    all_of: list[str] = []
    everywhere: list[str] = []
    plain = False
    for index, text in enumerate(resources):
        here = f"{path}[{index}]"
        if not text:
            causes.append(Cause(here, "Required"))
            continue
        resource, slash, part = text.partition("/")
        if not slash:
            plain = text != "*"
            continue
        if resource in all_of:
            causes.append(Cause(here, "Invalid", f"if '{resource}/*' is present, must not specify {text}", text))
        if part in everywhere:
            causes.append(Cause(here, "Invalid", f"if '*/{part}' is present, must not specify {text}", text))
        if part == "*":
            all_of.append(resource)
        if resource == "*":
            everywhere.append(part)
    if len(resources) > 1 and "*/*" in resources:
        causes.append(Cause(path, "Invalid", "if '*/*' is present, must not specify other resources", resources))
    if "*" in resources and plain:
        words = "if '*' is present, must not specify other resources without subresources"
        causes.append(Cause(path, "Invalid", words, resources))
    return causes


def validate_conditions(conditions: Any, path: str) -> list[Cause]:
    """Match conditions: expressions with names."""
    causes = too_many(conditions, CONDITIONS_MAX, path)
    seen: list[str] = []
    for index, condition in enumerate(conditions or ()):
        here, name = f"{path}[{index}]", condition.get("name") or ""
        if not (condition.get("expression") or "").strip():
            causes.append(Cause(f"{here}.expression", "Required"))
        causes += named(name, names.qualified, f"{here}.name") if name else [Cause(f"{here}.name", "Required")]
        if name and name in seen:
            causes.append(Cause(f"{here}.name", "Duplicate", "", name))
        seen.append(name)
    return causes
