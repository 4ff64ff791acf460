"""Bare pods of the recording 18: init containers, a crash loop, graceful and forced deletion, beside those of the simulator."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from explorer.reference.story import Obj, Story
from tests.reference.recording import recorded
from tests.reference.replay import replayed

NAME = "18-pod-lifecycle"
PODS = ("init", "crash", "slow", "over")


def versions(story: Story, name: str) -> list[tuple[float, str, Obj]]:
    """Every version of a pod: when, ADDED/MODIFIED/DELETED, the object."""
    return [(change.at, change.type, change.obj) for change in story.of("Pod") if change.name == name]


def state(status: Obj) -> str:
    """The state of a container in a word."""
    kind, told = next(iter(status["state"].items()))
    return f"{kind}:{told['reason']}" if "reason" in told else str(kind)


def course(story: Story, name: str) -> list[tuple[Any, ...]]:
    """What a pod went through: phase, states of its containers, restarts, readiness, grace; equal neighbours once."""
    found = []
    for _at, _kind, pod in versions(story, name):
        status = pod["status"]
        inits = tuple(state(one) for one in status.get("initContainerStatuses", ()))
        containers = tuple((state(one), one["restartCount"]) for one in status.get("containerStatuses", ()))
        grace = pod["metadata"].get("deletionGracePeriodSeconds")
        found.append((status["phase"], inits, containers, grace))
    return [key for key, _same in groupby(found)]


def between_inits(told: tuple[Any, ...]) -> bool:
    """One init container has ended and the next does not run yet: the recorded kubelets were scripts and never said that."""
    inits = told[1]
    return "waiting:PodInitializing" in inits and "terminated:Completed" in inits


def restarts(story: Story) -> list[float]:
    """When each start of the crashing container was told, from the first on."""
    seen: dict[int, float] = {}
    for at, _kind, pod in versions(story, "crash"):
        for status in pod["status"].get("containerStatuses", ()):
            if "running" in status["state"]:
                seen.setdefault(status["restartCount"], at)
    first = seen[0]
    return [at - first for _count, at in sorted(seen.items())]


def test_the_crash_loop_waits_as_long_as_the_real_one() -> None:
    real, ours = restarts(recorded(NAME)), restarts(replayed(NAME))
    assert len(ours) == len(real)
    for expected, found in zip(real, ours, strict=True):
        assert found == pytest.approx(expected, abs=3), (real, ours)


@pytest.mark.parametrize("name", PODS)
def test_pods_go_through_the_same_states(name: str) -> None:
    real, ours = course(recorded(NAME), name), course(replayed(NAME), name)
    assert [told for told in ours if not between_inits(told)] == real


@pytest.mark.parametrize("name", PODS)
def test_the_last_word_about_a_pod(name: str) -> None:
    real, ours = versions(recorded(NAME), name)[-1], versions(replayed(NAME), name)[-1]
    assert ours[1] == real[1]
    for field in ("deletionGracePeriodSeconds", "generation"):
        assert ours[2]["metadata"].get(field) == real[2]["metadata"].get(field)


@pytest.mark.parametrize("name", ["slow", "over", "init"])
def test_a_deletion_takes_as_long_as_the_real_one(name: str) -> None:
    def took(story: Story) -> float:
        told = [at for at, _kind, pod in versions(story, name) if "deletionTimestamp" in pod["metadata"]]
        return told[-1] - told[0]

    assert took(replayed(NAME)) == pytest.approx(took(recorded(NAME)), abs=1.2)


def test_events_of_a_crash_loop() -> None:
    def told(story: Story) -> set[tuple[str, str]]:
        about = [change.obj for change in story.of("Event") if change.obj["involvedObject"]["name"] == "crash"]
        return {(event["type"], event["reason"]) for event in about}

    assert told(replayed(NAME)) == told(recorded(NAME))
