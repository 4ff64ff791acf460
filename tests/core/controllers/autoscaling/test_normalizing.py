"""Stabilization windows, policies, bounds."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds.autoscaling import default_behavior
from cluster_core.controllers.autoscaling import normalizing as words
from cluster_core.controllers.autoscaling.normalizing import Memory, normalized

SECOND = 1_000_000
PLAIN = {"minReplicas": 2, "maxReplicas": 20}


def spec(up: dict[str, Any] | None = None, down: dict[str, Any] | None = None) -> dict[str, Any]:
    return {**PLAIN, "behavior": default_behavior({"scaleUp": up or {}, "scaleDown": down or {}})}


def policy(kind: str, value: int, seconds: int) -> dict[str, Any]:
    return {"type": kind, "value": value, "periodSeconds": seconds}


def test_it_at_most_doubles_and_keeps_within_its_bounds() -> None:
    found = normalized(Memory(), PLAIN, 5, 15, 0)
    assert (found.replicas, found.limited, found.limit) == (10, True, words.UP_LIMIT)
    assert normalized(Memory(), PLAIN, 1, 9, 0).replicas == 4
    assert normalized(Memory(), PLAIN, 15, 25, 0).limit == words.TOO_MANY
    assert normalized(Memory(), PLAIN, 5, 1, 0).limit == words.TOO_FEW
    assert normalized(Memory(), PLAIN, 5, 6, 0).limit == words.WITHIN


def test_it_shrinks_once_no_higher_recommendation_is_younger_than_five_minutes() -> None:
    memory = Memory()
    normalized(memory, PLAIN, 9, 10, 0)
    found = normalized(memory, PLAIN, 10, 3, 300 * SECOND)
    assert (found.replicas, found.able) == (10, words.DOWN)
    found = normalized(memory, PLAIN, 10, 3, 300 * SECOND + 1)
    assert (found.replicas, found.able) == (3, words.READY)


def test_windows_of_the_behavior_work_both_ways() -> None:
    rules = spec({"stabilizationWindowSeconds": 60}, {"stabilizationWindowSeconds": 0})
    memory = Memory()
    normalized(memory, rules, 5, 5, 0)
    found = normalized(memory, rules, 5, 8, 30 * SECOND)
    assert (found.replicas, found.able) == (5, words.UP)
    assert normalized(memory, rules, 5, 8, 95 * SECOND).replicas == 8
    assert normalized(memory, rules, 8, 4, 100 * SECOND).replicas == 4


def test_policies_count_what_was_done_in_their_period() -> None:
    rules = spec(
        {"policies": [policy("Pods", 3, 60)]},
        {"policies": [policy("Percent", 50, 60)], "stabilizationWindowSeconds": 0},
    )
    memory = Memory()
    assert normalized(memory, rules, 4, 20, 0).replicas == 7
    memory.scaled(rules["behavior"], 4, 7, 0)
    found = normalized(memory, rules, 7, 20, 30 * SECOND)
    assert (found.replicas, found.limit) == (7, words.UP_LIMIT)
    assert normalized(memory, rules, 7, 20, 60 * SECOND).replicas == 10
    found = normalized(Memory(), rules, 16, 2, 0)
    assert (found.replicas, found.limit) == (8, words.DOWN_LIMIT)


def test_the_chosen_policy() -> None:
    both = [policy("Pods", 1, 60), policy("Percent", 100, 60)]
    assert normalized(Memory(), spec({"policies": both}), 6, 20, 0).replicas == 12
    assert normalized(Memory(), spec({"policies": both, "selectPolicy": "Min"}), 6, 20, 0).replicas == 7
    assert normalized(Memory(), spec({"selectPolicy": "Disabled"}), 6, 20, 0).replicas == 6
    still = spec(None, {"selectPolicy": "Disabled", "stabilizationWindowSeconds": 0})
    assert normalized(Memory(), still, 6, 2, 0).replicas == 6
    slow = spec(None, {"policies": both, "selectPolicy": "Min", "stabilizationWindowSeconds": 0})
    assert normalized(Memory(), slow, 6, 2, 0).replicas == 5


def test_what_no_window_reaches_is_forgotten() -> None:
    memory = Memory()
    for at in range(0, 1000, 15):
        normalized(memory, PLAIN, 5, 5, at * SECOND)
    assert len(memory.recommendations) == 21
    copied = memory.copy()
    copied.recommended(1, 0, 0)
    assert len(memory.recommendations) == 21
