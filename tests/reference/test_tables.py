"""What kubectl would print of the objects that a real control plane of 1.36.2 stored, as they changed.

The words are worked out by hand from upstream's printers and the recordings' timelines.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from cluster_core.api.kinds import KINDS
from cluster_core.api.timestamp import parse
from cluster_core.apiserver import tables
from tests.reference.recording import recorded

SERVED = {kind.kind: kind for kind in KINDS}
RECORDINGS = (
    "05-statefulset",
    "06-daemonset",
    "07-job",
    "08-cronjob",
    "12-preemption",
    "13-hpa",
    "14-endpoints",
    "15-quota-limits",
)


def column(recording: str, kind: str, name: str, title: str) -> list[Any]:
    """A cell of an object through a recording, repetitions left out."""
    printer = tables.printer_of(SERVED[kind], SERVED[kind].version)
    place = [column.name for column in printer.columns].index(title)
    objects = [
        change.obj
        for change in recorded(recording).changes
        if (change.kind, change.name) == (kind, name) and change.type != "DELETED"
    ]
    return [cell for cell, _again in groupby(printer.cells(each, _created(each))[place] for each in objects)]


def _created(obj: dict[str, Any]) -> int:
    return parse(obj["metadata"]["creationTimestamp"])


def test_status_of_a_pod_with_init_containers() -> None:
    states = column("18-pod-lifecycle", "Pod", "init", "Status")
    assert states[:5] == ["Pending", "Init:0/2", "Init:1/2", "PodInitializing", "Running"]


def test_status_of_a_pod_that_crashes() -> None:
    states = column("18-pod-lifecycle", "Pod", "crash", "Status")
    assert states[:3] == ["Pending", "ContainerCreating", "Running"]
    assert {"Error", "CrashLoopBackOff"} <= set(states)
    assert column("18-pod-lifecycle", "Pod", "crash", "Restarts")[0] == "0"


def test_a_pod_that_is_deleted_is_terminating() -> None:
    """Until its containers have ended and its phase is final: then it says how they ended, for the moment that it is still there."""
    assert column("18-pod-lifecycle", "Pod", "slow", "Status")[-2:] == ["Terminating", "Completed"]
    assert column("18-pod-lifecycle", "Pod", "slow", "Ready")[:2] == ["0/1", "1/1"]


def test_completions_of_jobs() -> None:
    assert column("07-job", "Job", "idx", "Status")[-1] == "Complete"
    assert column("07-job", "Job", "idx", "Completions")[0] == "0/5"
    assert column("07-job", "Job", "idx", "Completions")[-1] == "5/5"
    assert "Suspended" in column("07-job", "Job", "sus", "Status")
    assert column("07-job", "Job", "dead", "Status")[-1] == "Failed"


def test_targets_of_an_autoscaler() -> None:
    targets = column("13-hpa", "HorizontalPodAutoscaler", "web", "Targets")
    assert targets[0] == "cpu: <unknown>/50%"
    assert targets[-1].endswith("/50%")


def test_a_quota_tells_what_is_used() -> None:
    used = column("15-quota-limits", "ResourceQuota", "q", "Request")
    assert used[-1].startswith("count/deployments.apps: ")
    assert "pods: 4/10" in used[-1]


def test_every_recorded_object_has_a_row() -> None:
    for recording in RECORDINGS:
        for change in recorded(recording).changes:
            if change.kind in SERVED:
                kind, obj = SERVED[change.kind], change.obj
                found = tables.table(kind, obj, _created(obj) + 5_000_000)
                cells = found["rows"][0]["cells"]
                assert len(cells) == len(found["columnDefinitions"]), (recording, change.kind, change.name)
                assert "<unknown>" not in cells[:1]
