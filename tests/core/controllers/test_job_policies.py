"""Pod failure policies and success policies, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.controllers.job_indexes import with_indexes
from cluster_core.controllers.job_policies import judge, success_message
from tests.core.controllers.job_objects import job, pod


def exits(operator: str, *values: int, **more: Any) -> dict[str, Any]:
    return {"action": "FailJob", "onExitCodes": {"operator": operator, "values": list(values), **more}}


@pytest.mark.parametrize(
    ("rule", "code", "matches"),
    [
        (exits("In", 42), 42, True),
        (exits("In", 42), 43, False),
        (exits("NotIn", 42), 43, True),
        (exits("NotIn", 42), 0, False),
        (exits("In", 42, containerName="other"), 42, False),
        (exits("In", 42, containerName="c"), 42, True),
    ],
)
def test_exit_codes(rule: dict[str, Any], code: int, matches: bool) -> None:
    verdict = judge(job(podFailurePolicy={"rules": [rule]}), pod("p", "Failed", ended=1, code=code))
    assert (verdict.action == "FailJob") == matches
    if matches:
        text = f"Container c for pod default/p failed with exit code {code} matching FailJob rule at index 0"
        assert verdict.message == text


def test_the_first_rule_that_matches_decides() -> None:
    disrupted = {"type": "DisruptionTarget", "status": "True"}
    rules = [{"action": "Ignore", "onPodConditions": [disrupted]}, exits("In", 1)]
    policy = {"rules": rules}
    assert not judge(job(podFailurePolicy=policy), pod("p", "Failed", ended=1, code=1, conditions=[disrupted])).counted
    assert judge(job(podFailurePolicy=policy), pod("p", "Failed", ended=1, code=1)).action == "FailJob"
    assert judge(job(podFailurePolicy=policy), pod("p", "Failed", ended=1, code=2)).action == ""
    assert judge(job(), pod("p", "Failed")).counted


def test_a_condition_is_named() -> None:
    rules = [{"action": "FailJob", "onPodConditions": [{"type": "ConfigIssue"}]}]
    told = pod("p", "Failed", conditions=[{"type": "ConfigIssue", "status": "True"}])
    text = "Pod default/p has condition ConfigIssue matching FailJob rule at index 0"
    assert judge(job(podFailurePolicy={"rules": rules}), told).message == text


@pytest.mark.parametrize(
    ("rule", "succeeded", "holds"),
    [
        ({"succeededIndexes": "0-2"}, {0, 1, 2}, True),
        ({"succeededIndexes": "0-2"}, {0, 1, 4}, False),
        ({"succeededIndexes": "0-2", "succeededCount": 2}, {0, 2, 4}, True),
        ({"succeededCount": 2}, {3, 4}, True),
        ({"succeededCount": 2}, {3}, False),
        ({"succeededIndexes": ""}, {0}, False),
    ],
)
def test_success(rule: dict[str, Any], succeeded: set[int], holds: bool) -> None:
    found = success_message(job(completions=5, successPolicy={"rules": [rule]}), with_indexes((), succeeded))
    assert found == ("Matched rules at index 0" if holds else "")
