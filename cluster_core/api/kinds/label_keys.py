"""`matchLabelKeys` of a new pod become part of its selectors. Upstream: `pkg/registry/core/pod/strategy.go` (applyMatchLabelKeysAndMismatchLabelKeys)."""

from __future__ import annotations

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def with_label_keys(pod: Obj) -> Obj:
    """The pod, whose affinity terms and topology spread constraints select by its own values of the labels they name."""
    labels, spec = pod["metadata"].get("labels") or {}, pod["spec"]
    spread = spec.get("topologySpreadConstraints")
    if spread:
        pod = with_path(pod, ("spec", "topologySpreadConstraints"), [_selected(one, labels) for one in spread])
    for side in ("podAffinity", "podAntiAffinity"):
        terms = (spec.get("affinity") or {}).get(side) or {}
        if terms.get(REQUIRED):
            found = [_selected(term, labels) for term in terms[REQUIRED]]
            pod = with_path(pod, ("spec", "affinity", side, REQUIRED), found)
        if terms.get(PREFERRED):
            wishes = [{**one, "podAffinityTerm": _selected(one["podAffinityTerm"], labels)} for one in terms[PREFERRED]]
            pod = with_path(pod, ("spec", "affinity", side, PREFERRED), wishes)
    return pod


def _selected(term: Obj, labels: dict[str, str]) -> Obj:
    selector = term.get("labelSelector")
    more = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(field) or ()
        if key in labels
    ]
    if selector is None or not more:
        return term
    expressions = [*(selector.get("matchExpressions") or ()), *more]
    return {**term, "labelSelector": {**selector, "matchExpressions": expressions}}
