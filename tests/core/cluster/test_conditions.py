"""Conditions over objects: grammar, values, limits."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.conditions import ConditionError, parse_condition

DEPLOYMENT = {
    "metadata": {"generation": 2},
    "spec": {"replicas": 3},
    "status": {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3},
}
POD = {"metadata": {}, "spec": {}, "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}


def _holds(text: str, **objects: dict[str, Any]) -> bool:
    given = {"deployments.apps": {"default/web": DEPLOYMENT}, "pods": {"default/a": POD}} | objects
    return parse_condition(text).holds(lambda resource: given.get(resource, {}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deployment('web').status.updatedReplicas == 3", True),
        ("deployment('web').status.updatedReplicas >= 4", False),
        ("deployment('default/web').spec.replicas != 3", False),
        ("!(deployment('web').spec.replicas < 3) && true", True),
        ("deployment('none').status.x == 0 || false", True),
        ("deployment('web').status.x < 'text'", False),
        ("pod('a').status.phase == \"Running\"", True),
        ("all-deployments-available", True),
        ("all-pods-ready", True),
        ("available() && ready()", True),
        ("1 == 2 || 2 == 2 && 1 == 1", True),
    ],
)
def test_values(text: str, expected: bool) -> None:
    assert _holds(text) is expected


def test_available_means_all_of_the_newest_generation() -> None:
    late = {**DEPLOYMENT, "metadata": {"generation": 3}}
    assert not _holds("available()", **{"deployments.apps": {"default/web": late}})
    less = {**DEPLOYMENT, "status": {**DEPLOYMENT["status"], "availableReplicas": 2}}  # type: ignore[dict-item]
    assert not _holds("available()", **{"deployments.apps": {"default/web": less}})


def test_ready_takes_finished_pods_as_they_are() -> None:
    done = {**POD, "status": {"phase": "Succeeded"}}
    assert _holds("ready()", pods={"default/a": done})
    assert not _holds("ready()", pods={"default/a": {**POD, "status": {"phase": "Failed"}}})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early"),
        ("deployment('web'", "expected"),
        ("deployment(web).status", "needs a name in quotes"),
        ("1 == 1 1", "unexpected"),
        ("1 # 2", "unexpected character '#' at column"),
        ("unicorn('a').status", "unicorn"),
        ("(" * 40 + "1" + ")" * 40, "nested deeper"),
        ("!" * 40 + "true", "nested deeper"),
        ("1 == " + "1" * 600, "longer than"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, words: str) -> None:
    with pytest.raises(ConditionError, match=words):
        parse_condition(text)


def test_it_tells_what_it_looks_at() -> None:
    assert parse_condition("available() || pod('a').status.phase == 'Running'").resources() == [
        "deployments.apps",
        "pods",
    ]
