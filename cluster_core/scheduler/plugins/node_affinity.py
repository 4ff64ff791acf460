"""NodeAffinity: nodeSelector and node affinity, required and preferred. Upstream: `plugins/nodeaffinity`."""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import (
    UNRESOLVABLE,
    NodeInfo,
    Plugin,
    PodInfo,
    Snapshot,
    Status,
    default_normalized,
)

REASON = "node(s) didn't match Pod's node affinity/selector"


class NodeAffinity(Plugin):
    """Matches the node's labels and name."""

    name = "NodeAffinity"
    weight = 2
    scores = True

    def filter(self, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node that the selector or the required terms do not match."""
        spec = pod.pod["spec"]
        labels = node.node["metadata"].get("labels", {})
        if any(labels.get(key) != value for key, value in spec.get("nodeSelector", {}).items()):
            return Status(UNRESOLVABLE, [REASON])
        required = _affinity(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
        if required is not None and not _any_term(required.get("nodeSelectorTerms", ()), node):
            return Status(UNRESOLVABLE, [REASON])
        return None

    def score(self, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Sum the weights of the preferred terms that match."""
        preferred = _affinity(pod.pod["spec"]).get("preferredDuringSchedulingIgnoredDuringExecution", ())
        return sum(term["weight"] for term in preferred if _term(term["preference"], node))

    relative = True

    def normalized(self, score: int, largest: int) -> int:
        """More is better."""
        return default_normalized(score, largest, reverse=False)


def _affinity(spec: Obj) -> Obj:
    found: Obj = spec.get("affinity", {}).get("nodeAffinity", {})
    return found


def _any_term(terms: Iterable[Obj], node: NodeInfo) -> bool:
    return any(_term(term, node) for term in terms)


def _term(term: Obj, node: NodeInfo) -> bool:
    expressions, fields = term.get("matchExpressions", ()), term.get("matchFields", ())
    if not expressions and not fields:
        return False
    labels = node.node["metadata"].get("labels", {})
    by_label = all(_matches(expression, labels.get(expression["key"])) for expression in expressions)
    return by_label and all(_matches(expression, node.name) for expression in fields)


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
