"""Validation of LabelSelectors."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.selector_validation import validate_label_selector

CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "a", "operator": "Exists"}]}, []),
    ({"matchLabels": {"a b": "c"}}, ['s.matchLabels: Invalid value: "a b": name part must consist']),
    ({"matchLabels": {"a": "-"}}, ['s.matchLabels: Invalid value: "-": a valid label must be']),
    (
        {"matchExpressions": [{"key": "a", "operator": "In"}]},
        ["s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
    ),
    (
        {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]},
        ["s.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
    ),
    (
        {"matchExpressions": [{"key": "", "operator": "Near"}]},
        ['s.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator', "key: Invalid value"],
    ),
]


@pytest.mark.parametrize(("selector", "words"), CASES)
def test_selectors(selector: dict[str, Any], words: list[str]) -> None:
    found = "\n".join(cause.text() for cause in validate_label_selector(selector, "s"))
    assert bool(found) == bool(words)
    for expected in words:
        assert expected in found
