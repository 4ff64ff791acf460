"""PodDisruptionBudgets."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update

BUDGET: Obj = {"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}}}
CONDITION: Obj = {"type": "T", "status": "True", "reason": "R", "lastTransitionTime": "2025-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("maxUnavailable", 1, "minAvailable and maxUnavailable cannot be both set"),
        ("minAvailable", "150%", 'spec.minAvailable: Invalid value: "150%": must not be greater than 100%'),
        ("minAvailable", -1, "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"),
        ("selector", {"matchExpressions": [{"key": "a", "operator": "Like"}]}, "not a valid selector operator"),
        ("unhealthyPodEvictionPolicy", "Never", 'supported values: "AlwaysAllow", "IfHealthyBudget"'),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("poddisruptionbudgets.policy", changed(BUDGET, f"spec.{path}", value))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"disruptionsAllowed": -1}, "status.disruptionsAllowed: Invalid value: -1"),
        ({"conditions": [{**CONDITION, "status": "Maybe"}]}, 'status.conditions[0].status: Unsupported value: "Maybe"'),
    ],
)
def test_bad_statuses(status: Obj, words: str) -> None:
    assert words in refused_update("poddisruptionbudgets.policy", BUDGET, "status", status, "status")
