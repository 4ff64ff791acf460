"""Container statuses: a row is a history of one container and what `kubectl` reads of it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.behaviour_files import Behaviour
from cluster_core.kubelet.container_state import APP, INIT, SIDECAR, ContainerState, container_status, roles
from cluster_core.kubelet.image_names import image_id, reference
from cluster_core.kubelet.runtime import ContainerRecord

NOW = 100_000_000


def record(attempt: int, started: int, exits: int | None = None, code: int = 0, reason: str = "") -> ContainerRecord:
    start = started * 1_000_000
    end = None if exits is None else exits * 1_000_000
    return ContainerRecord(
        "c",
        f"containerd://{attempt}",
        "nginx",
        attempt,
        start,
        Behaviour(),
        end,
        code,
        reason,
        image_name=reference("nginx"),
        image_id=image_id("nginx"),
    )


def state(role: str = APP, **fields: Any) -> ContainerState:
    return ContainerState({"name": "c", "image": "nginx"}, role, **fields)


def status(one: ContainerState, idle: str = "ContainerCreating") -> dict[str, Any]:
    return container_status(one, NOW, idle)


def summary(one: ContainerState) -> tuple[Any, ...]:
    """(state, its reason, last exit code, ready, started, restarts)"""
    found = status(one)
    name, detail = next(iter(found["state"].items()))
    last = found["lastState"].get("terminated", {}).get("exitCode")
    return name, detail.get("reason"), last, found["ready"], found["started"], found["restartCount"]


BACK_OFF = ("CrashLoopBackOff", "back-off 10s")
HISTORIES = [
    ("never started", state(), ("waiting", "ContainerCreating", None, False, False, 0)),
    ("pull fails", state(waiting=("ErrImagePull", "x")), ("waiting", "ErrImagePull", None, False, False, 0)),
    ("runs", state(current=record(0, 5)), ("running", None, None, False, False, 0)),
    ("started", state(current=record(0, 5), started=True), ("running", None, None, False, True, 0)),
    ("ready", state(current=record(0, 5), started=True, ready=True), ("running", None, None, True, True, 0)),
    ("completed", state(current=record(0, 5, 9)), ("terminated", "Completed", None, False, False, 0)),
    ("ready no more", state(current=record(0, 5, 9), ready=True), ("terminated", "Completed", None, False, False, 0)),
    ("failed", state(current=record(0, 5, 9, 3)), ("terminated", "Error", None, False, False, 0)),
    ("lost", state(current=record(0, 5, 9, 255, "Unknown")), ("terminated", "Unknown", None, False, False, 0)),
    (
        "backs off",
        state(current=record(1, 5, 9, 3), previous=record(0, 1, 2, 7), waiting=BACK_OFF),
        ("waiting", "CrashLoopBackOff", 3, False, False, 1),
    ),
    (
        "runs again",
        state(current=record(2, 20), previous=record(1, 5, 9, 3), started=True, ready=True),
        ("running", None, 3, True, True, 2),
    ),
    ("init runs", state(INIT, current=record(0, 5)), ("running", None, None, False, True, 0)),
    ("init done", state(INIT, current=record(0, 5, 9)), ("terminated", "Completed", None, True, False, 0)),
    ("init failed", state(INIT, current=record(0, 5, 9, 1)), ("terminated", "Error", None, False, False, 0)),
    (
        "sidecar ready",
        state(SIDECAR, current=record(0, 5), started=True, ready=True),
        ("running", None, None, True, True, 0),
    ),
    ("sidecar ended", state(SIDECAR, current=record(0, 5, 9)), ("terminated", "Completed", None, False, False, 0)),
]


@pytest.mark.parametrize(("one", "expected"), [row[1:] for row in HISTORIES], ids=[row[0] for row in HISTORIES])
def test_histories(one: ContainerState, expected: tuple[Any, ...]) -> None:
    assert summary(one) == expected


def test_an_end_in_the_future_is_not_told() -> None:
    """A container that will exit by itself has its end written down when it starts."""
    one = state(current=record(0, 5, 101))
    assert one.running(NOW) and one.exited(NOW) is None and "running" in status(one)["state"]
    assert not one.running(101_000_000) and one.succeeded(101_000_000)


def test_image_and_ids_are_told_once_the_runtime_has_them() -> None:
    before, after = status(state()), status(state(current=record(0, 5)))
    assert (before["image"], before["imageID"], "containerID" in before) == ("nginx", "", False)
    assert after["image"] == "docker.io/library/nginx:latest" and after["containerID"] == "containerd://0"
    assert after["imageID"].startswith("docker.io/library/nginx@sha256:")


def test_a_terminated_state_says_when_and_what() -> None:
    assert status(state(current=record(0, 5, 9, 3)))["state"]["terminated"] == {
        "exitCode": 3,
        "reason": "Error",
        "startedAt": "2025-01-01T00:00:05Z",
        "finishedAt": "2025-01-01T00:00:09Z",
        "containerID": "containerd://0",
    }


def test_a_reason_without_a_message_has_no_message() -> None:
    assert status(state(), "PodInitializing")["state"] == {"waiting": {"reason": "PodInitializing"}}
    assert status(state(waiting=BACK_OFF))["state"] == {
        "waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}
    }


def test_roles_in_the_order_of_their_starts() -> None:
    spec = {
        "initContainers": [
            {"name": "setup", "image": "a"},
            {"name": "mesh", "image": "b", "restartPolicy": "Always"},
            {"name": "migrate", "image": "c"},
        ],
        "containers": [{"name": "web", "image": "d"}],
    }
    found = roles({"spec": spec})
    assert {name: one.role for name, one in found.items()} == {
        "setup": INIT,
        "mesh": SIDECAR,
        "migrate": INIT,
        "web": APP,
    }
    assert list(found) == ["setup", "mesh", "migrate", "web"]
    assert list(roles({"spec": {**spec, "initContainers": None}})) == ["web"]
