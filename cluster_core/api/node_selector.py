"""Which nodes a pod may be on: nodeSelector and required node affinity. Upstream: `k8s.io/component-helpers/scheduling/corev1/nodeaffinity`."""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj


def matches_required(spec: Obj, node: Obj) -> bool:
    """Whether a Node has the labels of a pod's nodeSelector and fits a term of its required node affinity."""
    labels = node["metadata"].get("labels", {})
    if any(labels.get(key) != value for key, value in spec.get("nodeSelector", {}).items()):
        return False
    required = node_affinity(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or matches_any(required.get("nodeSelectorTerms", ()), node)


def node_affinity(spec: Obj) -> Obj:
    """The node affinity of a pod; empty if it has none."""
    found: Obj = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return found


def matches_any(terms: Iterable[Obj], node: Obj) -> bool:
    """Whether a Node fits one of the terms."""
    return any(matches_term(term, node) for term in terms)


def matches_term(term: Obj, node: Obj) -> bool:
    """Whether a Node fits every expression (about labels) and field (its name) of a term; an empty term fits nothing."""
    expressions, fields = term.get("matchExpressions", ()), term.get("matchFields", ())
    if not expressions and not fields:
        return False
    labels = node["metadata"].get("labels", {})
    by_label = all(_matches(expression, labels.get(expression["key"])) for expression in expressions)
    return by_label and all(_matches(expression, node["metadata"]["name"]) for expression in fields)


def _matches(expression: Obj, value: str | None) -> bool:
    operator, values = expression["operator"], expression.get("values", ())
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    if operator == "NotIn":
        return value not in values
    if value is None:
        return False
    if operator == "In":
        return value in values
    return _compares(operator, value, values[0])


def _compares(operator: str, value: str, bound: str) -> bool:
    try:
        number, limit = int(value), int(bound)
    except ValueError:
        return False
    return number > limit if operator == "Gt" else number < limit
