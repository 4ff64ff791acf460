"""Label keys of a new pod become part of its selectors."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds.label_keys import with_label_keys

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
WEB = {"matchLabels": {"app": "web"}}


def _term(**facts: Any) -> dict[str, Any]:
    return {"topologyKey": "zone", "labelSelector": WEB, **facts}


def _pod(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "web", "hash": "1"}}, "spec": spec}


def _expression(operator: str) -> dict[str, Any]:
    return {**WEB, "matchExpressions": [{"key": "hash", "operator": operator, "values": ["1"]}]}


def test_spread_constraints_and_terms_select_by_the_pods_own_values() -> None:
    near, far = _term(matchLabelKeys=["hash", "absent"]), _term(mismatchLabelKeys=["hash"])
    affinity = {
        "podAffinity": {REQUIRED: [near]},
        "podAntiAffinity": {PREFERRED: [{"weight": 1, "podAffinityTerm": far}]},
    }
    found = with_label_keys(_pod(affinity=affinity, topologySpreadConstraints=[near]))["spec"]
    assert found["topologySpreadConstraints"][0]["labelSelector"] == _expression("In")
    assert found["affinity"]["podAffinity"][REQUIRED][0] == {**near, "labelSelector": _expression("In")}
    apart = found["affinity"]["podAntiAffinity"][PREFERRED][0]["podAffinityTerm"]
    assert apart["labelSelector"] == _expression("NotIn") and far["labelSelector"] == WEB


def test_without_keys_or_a_selector_nothing_changes() -> None:
    plain = _pod(topologySpreadConstraints=[_term(), _term(labelSelector=None, matchLabelKeys=["hash"])])
    assert with_label_keys(plain) == plain
