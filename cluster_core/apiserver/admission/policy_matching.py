"""Which requests a policy or a binding is about. Upstream: apiserver `admission/plugin/{policy/matching,webhook/predicates}/`.

`matchPolicy: Equivalent` accepts a rule for any served version of the kind, without converting the object to it as real Kubernetes does.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.apiserver.admission.plugin import CREATE, DELETE, UPDATE, Attributes

CREATES_OR_UPDATES = (CREATE, UPDATE)


def matches(match: Obj | None, attributes: Attributes) -> bool:
    """Whether match resources hold for a change; None holds for all."""
    if match is None:
        return True
    if not _namespace_matches(match.get("namespaceSelector"), attributes):
        return False
    if not _object_matches(match.get("objectSelector"), attributes):
        return False
    exact, rules = match.get("matchPolicy") == "Exact", match.get("resourceRules") or ()
    if any(_rule_matches(rule, attributes, exact) for rule in match.get("excludeResourceRules") or ()):
        return False
    return not rules or any(_rule_matches(rule, attributes, exact) for rule in rules)


def _labels(obj: Obj | None) -> dict[str, str]:
    return (obj or {}).get("metadata", {}).get("labels") or {}


def _namespace_matches(selector: Obj | None, attributes: Attributes) -> bool:
    is_namespace = attributes.kind.resource == "namespaces"
    if not selector or not (attributes.namespace or is_namespace):
        return True
    if is_namespace and not attributes.request.subresource and attributes.operation in CREATES_OR_UPDATES:
        found: Obj | None = attributes.obj
    else:
        name = attributes.request.name if is_namespace else attributes.namespace
        found = attributes.cache.get("namespaces", "", name)
    return from_label_selector(selector).matches(_labels(found))


def _object_matches(selector: Obj | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    wanted = from_label_selector(selector)
    new = None if attributes.operation == DELETE else attributes.obj
    return any(obj is not None and wanted.matches(_labels(obj)) for obj in (new, attributes.old))


def _rule_matches(rule: Obj, attributes: Attributes, exact: bool) -> bool:
    kind, names = attributes.kind, rule.get("resourceNames")
    scope = rule.get("scope") or "*"
    if scope != "*" and (scope == "Namespaced") != kind.namespaced:
        return False
    if not _one_of(rule.get("operations"), attributes.operation) or not _one_of(rule.get("apiGroups"), kind.group):
        return False
    versions = (version_of(attributes),) if exact else (version_of(attributes), *kind.served_versions)
    if not any(_one_of(rule.get("apiVersions"), version) for version in versions):
        return False
    if not any(_resource_matches(text, attributes) for text in rule.get("resources") or ()):
        return False
    return not names or name_of(attributes) in names


def _one_of(items: Any, wanted: str) -> bool:
    return bool(items) and ("*" in items or wanted in items)


def _resource_matches(text: str, attributes: Attributes) -> bool:
    resource, _, part = text.partition("/")
    return resource in ("*", attributes.kind.plural) and part in ("*", attributes.request.subresource)


def version_of(attributes: Attributes) -> str:
    """The version that the client speaks."""
    return attributes.request.version or attributes.kind.version


def name_of(attributes: Attributes) -> str:
    """The name of the object."""
    return str(attributes.obj["metadata"].get("name") or attributes.request.name)
