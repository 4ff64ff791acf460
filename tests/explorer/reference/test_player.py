"""Scenarios are played through the public API, with every kind of step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explorer.reference.player import Player, translated, untranslated
from explorer.reference.recording import RecordingError
from explorer.reference.story import Story
from tests.explorer.reference.made import WEB, made

STEPS: list[Any] = [
    {"apply": WEB},
    {"quiet": 3, "max": 60},
    {"kubectl": "scale deploy/web --replicas=3"},
    {"load": {"namespace": "default", "selector": {"app": "web"}, "millicores": 300}},
    {"quiet": 3},
    {"sh": "kubectl get pods -l app=web -o name | wc -l"},
    {"add": {"name": "n9", "cpu": "8", "memory": "16Gi", "labels": {"disk": "ssd"}}},
    {"kill": "n2"},
    {"wait": 60},
    {"revive": "n2"},
    {"wait": 5},
    {"snapshot": "end"},
    {"remove": "n9"},
    {"delete": "deploy/web"},
    {"quiet": 3},
]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Player(made(tmp_path_factory.mktemp("recordings") / "all", STEPS)).run()


def test_every_kind_of_step_is_played(story: Story) -> None:
    assert [output.code for output in story.outputs] == [0] * len(STEPS)
    assert story.outputs[0].out == "deployment.apps/web created\n"
    assert story.outputs[5].out.strip() == "3"
    assert story.outputs[11].out.count("Running") == 3
    assert "deleted" in story.outputs[12].out and story.last("Deployment") == {}


def test_pods_follow_the_scripts_of_the_recorded_kubelets(story: Story) -> None:
    """Running a second after they were bound, Ready a second after that."""
    name = story.of("Pod")[0].name
    mine = [change for change in story.of("Pod") if change.name == name]
    bound = next(change.at for change in mine if change.obj["spec"].get("nodeName"))
    running = next(change.at for change in mine if change.obj["status"]["phase"] == "Running")
    ready = next(
        change.at
        for change in mine
        if any((one["type"], one["status"]) == ("Ready", "True") for one in change.obj["status"].get("conditions", ()))
    )
    assert running - bound == pytest.approx(1, abs=0.1) and ready - running == pytest.approx(1, abs=0.1)


def test_a_kubelet_that_stops_is_missed_and_comes_back(story: Story) -> None:
    told = [
        one["status"]
        for change in story.of("Node")
        if change.name == "n2"
        for one in change.obj["status"]["conditions"]
        if one["type"] == "Ready"
    ]
    assert "Unknown" in told and told[-1] == "True"
    assert "n9" in {change.name for change in story.of("Node") if change.type == "ADDED"}


def test_a_step_that_cannot_be_played_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"steps\[0\]: there is no node 'n7'"):
        Player(made(tmp_path / "r", [{"kill": "n7"}])).run()
    with pytest.raises(RecordingError, match=r"steps\[0\]: load: "):
        Player(made(tmp_path / "r", [{"load": {"millicores": 5}}])).run()


def test_annotations_are_translated_both_ways() -> None:
    assert translated('{"ref/run-seconds": "3", "/annotations/ref~1never-ready": 1}').count("sim.orrery") == 2
    assert untranslated({"a": [{"sim.orrery/x": "1"}]}) == {"a": [{"ref/x": "1"}]}
