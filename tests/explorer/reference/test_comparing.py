"""The comparison finds nothing where only chance differs, and every kind of change that is made by hand."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from explorer.reference.comparing import compare
from explorer.reference.player import Player
from explorer.reference.recording import Recording
from explorer.reference.report import Report
from explorer.reference.story import Change, Output, Story
from tests.explorer.reference.made import made

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: web}, annotations: {ref/ready-seconds: "1"}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: six}
spec:
  completions: 3
  parallelism: 2
  template:
    metadata: {annotations: {ref/run-seconds: "3"}}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
"""
STEPS: list[Any] = [
    {"apply": MANIFEST},
    {"quiet": 6},
    {"snapshot": "made"},
    {"kubectl": "set image deploy/web c=nginx:1.26"},
    {"quiet": 5},
    {"kubectl": "scale sts/db --replicas=1"},
    {"quiet": 4},
]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """What the simulator did, as if it had been recorded."""
    empty = made(tmp_path_factory.mktemp("recordings") / "own", STEPS)
    return replace(empty, story=Player(empty, seed=3).run())


@pytest.fixture(scope="module")
def story(recording: Recording) -> Story:
    return Player(recording, seed=8).run()


def test_chance_alone_makes_no_difference(recording: Recording, story: Story) -> None:
    """Another seed: other names, nodes, uids, latencies."""
    report = compare(recording, story)
    assert [one.as_text() for one in report.differences] == []
    aspects = {
        "conditions", "counts", "durations", "events", "exit codes", "final objects", "objects", "order of pods", "pod lives",
        "pods made and gone", "snapshots", "specs", "statuses",
    }  # fmt: skip
    assert set(report.agrees) == aspects and sum(report.agrees.values()) > 1000


def changed(recording: Recording, change: Callable[[Change], dict[str, Any] | None]) -> Recording:
    """The recording with objects changed by hand; None leaves a change out."""
    story = Story(steps=recording.story.steps, acts=recording.story.acts, outputs=recording.story.outputs)
    for one in recording.story.changes:
        found = change(replace(one, obj=copy.deepcopy(one.obj)))
        if found is not None:
            story.add(replace(one, obj=found))
    return replace(recording, story=story)


def aspects(report: Report) -> set[str]:
    return {one.aspect for one in report.differences}


def edit(kind: str, path: str, old: Any, new: Any) -> Callable[[Change], dict[str, Any]]:
    """Change a value wherever an object of a kind has it."""

    def change(one: Change) -> dict[str, Any]:
        if one.kind == kind:
            inner: Any = one.obj
            *parents, last = path.split(".")
            for part in parents:
                inner = (
                    inner.get(part, {})
                    if isinstance(inner, dict)
                    else inner[int(part)]
                    if len(inner) > int(part)
                    else {}
                )
            if isinstance(inner, dict) and inner.get(last) == old:
                inner[last] = new
        return one.obj

    return change


@pytest.mark.parametrize(
    ("change", "aspect"),
    [
        (edit("Deployment", "status.conditions.0.reason", "MinimumReplicasAvailable", "Enough"), "conditions"),
        (edit("Deployment", "status.updatedReplicas", 3, 2), "counts"),
        (edit("ReplicaSet", "spec.replicas", 2, 1), "specs"),
        (edit("Pod", "status.phase", "Running", "Unknown"), "pod lives"),
        (edit("Pod", "spec.restartPolicy", "Never", "OnFailure"), "pod lives"),
        (edit("Job", "status.succeeded", 3, 4), "counts"),
        (edit("Service", "spec.type", "ClusterIP", "NodePort"), "final objects"),
        (edit("Event", "reason", "Started", "Begun"), "events"),
        (edit("Event", "message", "Container started", "started"), "events"),
        (lambda one: None if (one.kind, one.name) == ("Pod", "db-1") else one.obj, "order of pods"),
        (lambda one: None if one.kind == "Job" else one.obj, "objects"),
    ],
)
def test_what_is_changed_by_hand_is_found(recording: Recording, story: Story, change: Any, aspect: str) -> None:
    assert aspect in aspects(compare(changed(recording, change), story))


def test_a_step_that_fails_is_found(recording: Recording, story: Story) -> None:
    outputs = [Output(1), *story.outputs[1:]]
    assert aspects(compare(recording, replace(story, outputs=outputs))) == {"exit codes"}


def test_what_takes_longer_is_found(recording: Recording, story: Story) -> None:
    """A Job that reports its end ten seconds later."""
    slow = Story(steps=story.steps, acts=story.acts, outputs=story.outputs)
    for one in story.changes:
        late = one.kind == "Job" and bool(one.obj["status"].get("completionTime"))
        slow.add(replace(one, at=one.at + 10 * late))
    assert "durations" in aspects(compare(recording, slow))


def test_a_report_is_plain_json(recording: Recording, story: Story) -> None:
    report = compare(changed(recording, edit("Event", "reason", "Started", "Begun")), story)
    told = json.loads(json.dumps(report.as_json()))
    assert told["recording"] == "made" and told["agrees"]["events"] > 5
    assert {"aspect", "where", "what", "recorded", "simulated"} == set(told["differences"][0])
    assert "differ" in report.as_text() and "recorded:" in report.as_text()
