"""Which nodes a pod may be on."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.node_selector import matches_required, matches_term

NODE: dict[str, Any] = {"metadata": {"name": "n1", "labels": {"disk": "ssd", "cores": "8"}}}


@pytest.mark.parametrize(
    ("selector", "expected"), [({}, True), ({"disk": "ssd"}, True), ({"disk": "tape"}, False), ({"none": ""}, False)]
)
def test_the_labels_of_a_node_selector(selector: dict[str, str], expected: bool) -> None:
    assert matches_required({"nodeSelector": selector}, NODE) is expected


def test_selector_and_affinity_must_both_fit() -> None:
    field = {"key": "metadata.name", "operator": "In", "values": ["n1"]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    spec = {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}
    assert matches_required(spec, NODE)
    assert not matches_required({**spec, "nodeSelector": {"disk": "tape"}}, NODE)
    assert not matches_required(spec, {"metadata": {"name": "n2"}})


def test_an_empty_term_fits_nothing_and_numbers_compare() -> None:
    assert not matches_term({}, NODE)
    assert matches_term({"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["7"]}]}, NODE)
    assert not matches_term({"matchExpressions": [{"key": "disk", "operator": "Lt", "values": ["7"]}]}, NODE)
