"""Annotations that a pod is scripted by: what is wrong with them is said, and does no harm."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet import annotations
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def pod(**notes: str) -> dict[str, Any]:
    return {"metadata": {"annotations": {f"sim.orrery/{name.replace('_', '-')}": text for name, text in notes.items()}}}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("start_seconds", "1.5", "soon"),
        ("run_seconds", "0", "-1"),
        ("term_seconds", "1e3", "1e300"),
        ("never_ready", "true", "perhaps"),
        ("exit_code", "255", "256"),
        ("fail_first", "3", "3.5"),
        ("fail_indexes", "1, 3", "1;3"),
        ("memory", "64Mi", "much"),
        ("cpu", "250m", "-1"),
    ],
)
def test_values(name: str, good: str, bad: str) -> None:
    assert annotations.problems_of(pod(**{name: good})) == []
    (problem,) = annotations.problems_of(pod(**{name: bad}))
    assert problem.startswith(f"annotation sim.orrery/{name.replace('_', '-')}: '{bad}' is no ")


def test_a_name_that_is_none_is_told_with_those_that_are() -> None:
    (problem,) = annotations.problems_of(pod(start_secnds="1"))
    assert "no such annotation" in problem and "start-seconds" in problem
    assert annotations.problems_of({"metadata": {"annotations": {"other/start-seconds": "x"}}}) == []


def test_the_user_hears_of_it_and_the_pod_runs() -> None:
    world = World()
    world.api.bind("web", spec(), {"sim.orrery/run-seconds": "a while"})
    world.run(20)
    text = "annotation sim.orrery/run-seconds: 'a while' is no number of seconds (at most ten years)"
    assert ("Warning", "UnreadableAnnotation", text) in world.api.events
    pod = world.api.pod("web")
    assert pod is not None and pod["status"]["phase"] == "Running"
