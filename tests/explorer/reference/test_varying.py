"""What varies: budgets, paced and open acts, counts."""

from __future__ import annotations

import pytest

from explorer.reference.naming import names_of
from explorer.reference.story import Change, Story
from explorer.reference.varying import budget, is_count, noise, open_acts, pace_of


@pytest.mark.parametrize(
    ("strategy", "pods"),
    [
        ({}, 5),
        ({"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}, 1),
        ({"rollingUpdate": {"maxSurge": "30%", "maxUnavailable": "5%"}}, 3),
        ({"type": "Recreate"}, 10),
    ],
)
def test_budgets_round_as_upstream_does(strategy: dict[str, object], pods: int) -> None:
    assert budget({"spec": {"replicas": 10, "strategy": strategy}}) == pods


def rolled(surge: int) -> Story:
    story = Story(acts=[0, 1], steps=[0.0, 10.0])
    spec = {"replicas": 3, "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": 0}}}
    story.add(Change(1.0, 0, "ADDED", "Deployment", "web", {"metadata": {"name": "web", "uid": "d"}, "spec": spec}))
    owner = [{"kind": "Deployment", "name": "web", "uid": "d", "controller": True}]
    for at, what, name, size in (
        (1.0, "ADDED", "web-a", 3),
        (10.5, "ADDED", "web-b", 1),
        (12.0, "MODIFIED", "web-a", 2),
    ):
        obj = {"metadata": {"name": name, "uid": name, "ownerReferences": owner}, "spec": {"replicas": size}}
        story.add(Change(at, story.step_at(at), what, "ReplicaSet", name, obj))
    return story


def test_only_a_rollout_with_room_is_paced() -> None:
    for surge, paced in ((1, False), (2, True)):
        story = rolled(surge)
        found = pace_of(story, names_of(story))
        assert ("web#1", 1) in found.rolled and not found.is_paced("web", 0)
        assert found.is_paced("web", 1) is paced and found.ever("web#0") is paced


def test_an_act_that_ends_in_a_hurry_is_open_and_what_it_left_goes_on() -> None:
    story = rolled(2)
    assert open_acts(story) == set()
    story.steps, story.acts = [0.0, 10.0, 12.2], [0, 1, 2]
    assert open_acts(story) == {1}


def test_counts_are_numbers_of_pods() -> None:
    assert is_count("Deployment", "status.readyReplicas", [1, None, 3])
    assert not is_count("Deployment", "status.conditions[Available].status", ["True"])
    assert not is_count("HorizontalPodAutoscaler", "status.currentReplicas", [1])
    assert not is_count("Deployment", "spec.replicas", [1])
    assert noise(0) < noise(300) < 15
