"""Pod cards: what a person reads of a pod, and where its life is."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.projection.pods import STAGES, Stages, pod_card
from cluster_core.sim.trace import TraceEntry

CREATED = "2025-01-01T00:00:30Z"
READY = [{"type": "Ready", "status": "True"}]


def pod(phase: str = "Pending", node: str = "n1", deleting: bool = False, **status: Any) -> Any:
    metadata = {
        "name": "web-0",
        "namespace": "default",
        "uid": "u",
        "resourceVersion": "7",
        "creationTimestamp": CREATED,
    }
    if deleting:
        metadata["deletionTimestamp"] = CREATED
    spec = {"containers": [{"name": "c", "image": "nginx"}], "nodeName": node}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase, **status}}


def waiting(reason: str) -> list[Any]:
    return [{"name": "c", "state": {"waiting": {"reason": reason}}}]


def ended(reason: str, code: int) -> list[Any]:
    return [{"name": "c", "state": {"terminated": {"reason": reason, "exitCode": code}}}]


ROWS: list[tuple[str, Any, str, str, str, str]] = [
    ("nobody has placed it", pod(node=""), "", "unscheduled", "Pending", "unscheduled"),
    ("placed", pod(), "scheduled", "creating", "ContainerCreating", "scheduled"),
    ("never told", pod(), "", "creating", "ContainerCreating", "scheduled"),
    (
        "pulls",
        pod(containerStatuses=waiting("ContainerCreating")),
        "pulling",
        "creating",
        "ContainerCreating",
        "pulling",
    ),
    ("no such image", pod(containerStatuses=waiting("ErrImagePull")), "pulling", "failed", "ErrImagePull", "pulling"),
    (
        "backs off from it",
        pod(containerStatuses=waiting("ImagePullBackOff")),
        "backoff",
        "failed",
        "ImagePullBackOff",
        "backoff",
    ),
    ("runs", pod("Running"), "not-ready", "not-ready", "Running", "not-ready"),
    ("is ready", pod("Running", conditions=READY), "ready", "ready", "Running", "ready"),
    ("ready before the trace says so", pod("Running", conditions=READY), "not-ready", "ready", "Running", "ready"),
    (
        "crashes",
        pod("Running", containerStatuses=waiting("CrashLoopBackOff")),
        "backoff",
        "failed",
        "CrashLoopBackOff",
        "backoff",
    ),
    (
        "goes",
        pod("Running", deleting=True, conditions=READY),
        "terminating",
        "terminating",
        "Terminating",
        "terminating",
    ),
    (
        "goes although it crashes",
        pod("Running", deleting=True, containerStatuses=waiting("CrashLoopBackOff")),
        "backoff",
        "terminating",
        "Terminating",
        "terminating",
    ),
    ("its node is lost", pod("Running", deleting=True, reason="NodeLost"), "ready", "unknown", "NodeLost", "unknown"),
    ("nobody knows", pod("Unknown"), "ready", "unknown", "Unknown", "unknown"),
    ("done", pod("Succeeded"), "gone", "succeeded", "Completed", "succeeded"),
    ("failed", pod("Failed", containerStatuses=ended("Error", 3)), "gone", "failed", "Error", "failed"),
    ("refused", pod("Failed", reason="OutOfcpu"), "", "failed", "OutOfcpu", "failed"),
    ("failed without a word", pod("Failed"), "", "failed", "Error", "failed"),
    ("evicted", pod("Failed", reason="Evicted"), "ready", "evicted", "Evicted", "evicted"),
    ("preempted", pod("Failed", reason="Preempted"), "ready", "evicted", "Preempted", "evicted"),
]


@pytest.mark.parametrize(
    ("one", "told", "status", "reason", "stage"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_what_is_read_of_a_pod(one: Any, told: str, status: str, reason: str, stage: str) -> None:
    card = pod_card(one, (told, 42_000_000) if told else None)
    assert (card["status"], card["reason"], card["stage"]) == (status, reason, stage)
    assert card["since"] == (42_000_000 if told else 30_000_000), "the creation, while nothing was told"


def test_containers_in_the_order_of_the_spec_with_their_latest_word() -> None:
    full = pod(
        "Running",
        initContainerStatuses=[
            {"name": "i", "ready": True, "state": {"terminated": {"reason": "Completed"}}},
            {"name": "s", "ready": True, "restartCount": 1, "state": {"running": {"startedAt": CREATED}}},
        ],
        containerStatuses=[
            {"name": "b", "ready": True, "restartCount": 2, "state": {"running": {"startedAt": CREATED}}},
            {"name": "a", "state": {"waiting": None}},
        ],
    )
    sidecar = {"name": "s", "image": "envoy", "restartPolicy": "Always"}
    full["spec"]["initContainers"] = [{"name": "i", "image": "busybox"}, sidecar]
    full["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    full["spec"]["containers"] = [{"name": name, "image": "nginx"} for name in "abc"]
    found = [tuple(one.values()) for one in pod_card(full, None)["containers"]]
    assert found == [
        ("i", "busybox", True, "init", "terminated", "Completed", True, 0),
        ("s", "envoy", True, "sidecar", "running", "", True, 1),
        ("a", "nginx", False, "main", "waiting", "", False, 0),
        ("b", "nginx", False, "main", "running", "", True, 2),
        ("c", "nginx", False, "main", "waiting", "", False, 0),
        ("debug", "busybox", False, "ephemeral", "waiting", "", False, 0),
    ]


def test_the_completion_index_of_a_pod() -> None:
    one = pod()
    assert pod_card(one, None)["index"] == -1
    one["metadata"]["annotations"] = {"batch.kubernetes.io/job-completion-index": "12"}
    assert pod_card(one, None)["index"] == 12


@pytest.mark.parametrize(
    ("owners", "owner"),
    [
        ([], ""),
        ([{"kind": "ReplicaSet", "uid": "rs", "controller": True}], "rs"),
        ([{"kind": "ReplicaSet", "uid": "rs"}], ""),
        ([{"kind": "Node", "uid": "n", "controller": True}], ""),
    ],
    ids=["bare", "a ReplicaSet's", "owned, but not controlled", "a mirror pod"],
)
def test_whose_a_pod_is(owners: list[Any], owner: str) -> None:
    one = pod()
    one["metadata"]["ownerReferences"] = owners
    assert pod_card(one, None)["owner"] == owner


def entry(number: int, message_id: str, name: str | None = "web-0") -> TraceEntry:
    params = {} if name is None else {"object": f"pod/default/{name}"}
    return TraceEntry(number, number * 1_000, 0, "kubelet/n1", message_id, params)


def test_a_stage_begins_when_it_is_told_first() -> None:
    stages = Stages()
    life = ["scheduler.bound", "pod.sandbox-created", "pod.address-assigned", "pod.pull-started", "pod.pulled"]
    assert stages.read([entry(place, what) for place, what in enumerate(life, 1)]) == ["pod/default/web-0"] * 5
    assert stages.stages["pod/default/web-0"] == ("starting", 5_000)
    assert stages.read([entry(6, "pod.container-started"), entry(7, "pod.container-started")]) == ["pod/default/web-0"]
    assert stages.stages["pod/default/web-0"] == ("not-ready", 6_000), "the second container changes nothing"


def test_what_is_no_stage_or_of_no_pod_is_passed_over() -> None:
    stages = Stages()
    assert stages.read([entry(1, "api.request"), entry(2, "pod.ready", None), entry(3, "pod.probe-failed")]) == []
    assert stages.stages == {}


def test_pods_are_told_apart_and_a_new_one_of_the_same_name_begins_anew() -> None:
    stages = Stages()
    stages.read([entry(1, "pod.ready", "a"), entry(2, "pod.ready", "b"), entry(3, "pod.stopped", "a")])
    assert stages.read([entry(4, "scheduler.bound", "a")]) == ["pod/default/a"]
    assert stages.stages == {"pod/default/a": ("scheduled", 4_000), "pod/default/b": ("ready", 2_000)}


def test_every_stage_has_a_place_in_the_documented_life() -> None:
    from cluster_core.projection.cards import PodCard

    documented = (PodCard.__doc__ or "").replace("\n", " ")
    assert [stage for stage in STAGES.values() if stage not in documented and stage != "gone"] == []
