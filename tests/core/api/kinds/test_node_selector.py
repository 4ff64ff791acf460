"""Selectors of nodes in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.node_selector import validate_node_affinity
from cluster_core.api.request import Obj

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
TERM = f"p.{REQUIRED}.nodeSelectorTerms[0]"


def required(**term: list[Obj]) -> Obj:
    return {REQUIRED: {"nodeSelectorTerms": [term]}}


def label(operator: str, *values: str, key: str = "a") -> Obj:
    return required(matchExpressions=[{"key": key, "operator": operator, "values": list(values)}])


def field(operator: str, *values: str, key: str = "metadata.name") -> Obj:
    return required(matchFields=[{"key": key, "operator": operator, "values": list(values)}])


CASES: list[tuple[Obj, str]] = [
    ({REQUIRED: {}}, f"p.{REQUIRED}.nodeSelectorTerms: Required value: must have at least one node selector term"),
    (label("In"), f"{TERM}.matchExpressions[0].values: Required value: must be specified when `operator` is 'In'"),
    (label("Exists", "b"), f"{TERM}.matchExpressions[0].values: Forbidden: may not be specified when `operator` is"),
    (label("Gt", "1", "2"), f"{TERM}.matchExpressions[0].values: Required value: must be specified single value"),
    (label("Is", "1"), f'{TERM}.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'),
    (label("Exists", key="a b"), f'{TERM}.matchExpressions[0].key: Invalid value: "a b"'),
    (label("In", "b c"), f'{TERM}.matchExpressions[0].values[0]: Invalid value: "b c": a valid label must be'),
    (field("In", "a", "b"), f"{TERM}.matchFields[0].values: Required value: must be only one value when `operator`"),
    (field("Exists"), f'{TERM}.matchFields[0].operator: Invalid value: "Exists": not a valid selector operator'),
    (field("In", "a", key="spec.x"), f'{TERM}.matchFields[0].key: Invalid value: "spec.x": not a valid field selector'),
    (field("In", "A"), f'{TERM}.matchFields[0].values[0]: Invalid value: "A": a lowercase RFC 1123 subdomain'),
    ({"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 101}]}, "weight: Invalid value: 101: must be in"),
]


@pytest.mark.parametrize(("affinity", "words"), CASES)
def test_refusals(affinity: Obj, words: str) -> None:
    causes = [cause.text() for cause in validate_node_affinity(affinity, "p")]
    assert any(words in text for text in causes), causes


@pytest.mark.parametrize("affinity", [label("In", "b"), label("Lt", "7"), field("NotIn", "node-1"), {}])
def test_good_ones(affinity: Obj) -> None:
    assert validate_node_affinity(affinity, "p") == []


def test_a_wish_may_have_values_that_no_label_has() -> None:
    term = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b c"]}]}
    wish = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": term}]}
    assert validate_node_affinity(wish, "p") == []
