"""Policy rules: whether one allows a question, and whether a set of them covers another.

Upstream: `pkg/apis/rbac/v1/evaluation_helpers.go`, component-helpers `auth/rbac/validation/policy_comparator.go`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.authorization.attributes import Attributes

ALL = "*"


def allows(rule: Obj, asked: Attributes) -> bool:
    """Whether a rule allows a question."""
    if not _has(rule.get("verbs"), asked.verb):
        return False
    if asked.path:
        return any(_path_matches(pattern, asked.path) for pattern in rule.get("nonResourceURLs") or ())
    return (
        _has(rule.get("apiGroups"), asked.group)
        and _has_resource(rule.get("resources") or (), asked.combined, asked.subresource)
        and _has_name(rule.get("resourceNames"), asked.name)
    )


def uncovered(owned: Sequence[Obj], wanted: Iterable[Obj]) -> list[Obj]:
    """The parts of `wanted` (one verb, group, resource, name each) that no rule of `owned` covers."""
    return [part for rule in wanted for part in _parts(rule) if not any(_covers(own, part) for own in owned)]


def printed(rule: Obj) -> str:
    """As Go prints a compact rule in the message of an escalation."""
    names = (
        ("APIGroups", "apiGroups"),
        ("Resources", "resources"),
        ("ResourceNames", "resourceNames"),
        ("NonResourceURLs", "nonResourceURLs"),
        ("Verbs", "verbs"),
    )
    parts = [f"{shown}:{_listed(rule[field])}" for shown, field in names if rule.get(field)]
    return "{" + ", ".join(parts) + "}"


def compact(rules: list[Obj]) -> list[Obj]:
    """Parts that differ in their verbs only, as one rule. Upstream: `rbac/validation/policy_compact.go`."""
    found: dict[tuple[Any, ...], Obj] = {}
    for rule in rules:
        key = tuple(
            tuple(rule.get(field) or ()) for field in ("apiGroups", "resources", "resourceNames", "nonResourceURLs")
        )
        known = found.get(key)
        if known is None:
            found[key] = rule
        else:
            verbs = [verb for verb in rule["verbs"] if verb not in known["verbs"]]
            found[key] = {**known, "verbs": [*known["verbs"], *verbs]}
    return list(found.values())


def _listed(values: list[str]) -> str:
    return "[" + " ".join(f'"{value}"' for value in values) + "]"


def _has(values: Any, wanted: str) -> bool:
    return bool(values) and (ALL in values or wanted in values)


def _has_resource(resources: Sequence[str], combined: str, subresource: str) -> bool:
    if ALL in resources or combined in resources:
        return True
    return bool(subresource) and f"{ALL}/{subresource}" in resources


def _has_name(names: Any, name: str) -> bool:
    return not names or name in names


def _path_matches(pattern: str, path: str) -> bool:
    if pattern in (ALL, path):
        return True
    return pattern.endswith(ALL) and path.startswith(pattern.rstrip(ALL))


def _parts(rule: Obj) -> list[Obj]:
    """One rule per verb, group, resource and name."""
    verbs = rule.get("verbs") or ()
    found: list[Obj] = []
    groups, resources = rule.get("apiGroups") or (), rule.get("resources") or ()
    names = rule.get("resourceNames") or ()
    for group, resource, verb in product(groups, resources, verbs):
        part: Obj = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        found.extend([{**part, "resourceNames": [name]} for name in names] or [part])
    found.extend(
        {"nonResourceURLs": [url], "verbs": [verb]} for url, verb in product(rule.get("nonResourceURLs") or (), verbs)
    )
    return found


def _covers(own: Obj, part: Obj) -> bool:
    if not _has(own.get("verbs"), part["verbs"][0]):
        return False
    if "nonResourceURLs" in part:
        return any(_path_matches(pattern, part["nonResourceURLs"][0]) for pattern in own.get("nonResourceURLs") or ())
    resource = part["resources"][0]
    names = part.get("resourceNames")
    covered = _has(own.get("apiGroups"), part["apiGroups"][0]) and _has_resource(
        own.get("resources") or (), resource, resource.partition("/")[2]
    )
    return covered and (not own.get("resourceNames") or bool(names and names[0] in own["resourceNames"]))
