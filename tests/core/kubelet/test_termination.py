"""The end of a pod: who is sent what, and when. Times are seconds after the deletion."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.termination import grace_us
from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_pod_worker import spec

WEB = {"name": "c", "image": "nginx:1.25"}
STUBBORN = {"name": "c", "image": "busybox", "command": ["sleep", "infinity"]}


def pre_stop(container: dict[str, Any], **hook: Any) -> dict[str, Any]:
    return {**container, "lifecycle": {"preStop": hook}}


class Deletion:
    """A pod that runs and is deleted with a grace period (s)."""

    def __init__(self, *containers: dict[str, Any], grace: int = 30, seconds: float = 60, **fields: Any) -> None:
        self.world = World()
        self.world.api.bind("web", spec(*containers, **fields))
        self.world.run(20)
        self.at = self.world.sim.now
        self.world.api.delete("web", grace)
        self.world.run(seconds)

    def timeline(self) -> list[tuple[str, float]]:
        """(what, seconds after the deletion), with the container where there are several."""
        names = {
            "pod.term-sent": "SIGTERM",
            "pod.kill-sent": "SIGKILL",
            "pod.container-exited": "exit",
            "pod.stopped": "stopped",
        }
        return [
            (names[entry.message_id], round((entry.at - self.at) / SECOND, 1))
            for entry in self.world.trace.entries
            if entry.message_id in names and entry.at >= self.at
        ]


@pytest.mark.parametrize(
    ("container", "grace", "expected"),
    [
        (WEB, 30, [("SIGTERM", 0), ("exit", 0.1), ("stopped", 0.1)]),
        (STUBBORN, 30, [("SIGTERM", 0), ("SIGKILL", 30), ("exit", 30), ("stopped", 30)]),
        (STUBBORN, 5, [("SIGTERM", 0), ("SIGKILL", 5), ("exit", 5), ("stopped", 5)]),
        (STUBBORN, 1, [("SIGTERM", 0), ("SIGKILL", 2), ("exit", 2), ("stopped", 2)]),
        (pre_stop(WEB, sleep={"seconds": 5}), 30, [("SIGTERM", 5), ("exit", 5.1), ("stopped", 5.1)]),
        (
            pre_stop(WEB, exec={"command": ["sh", "-c", "sleep 4"]}),
            30,
            [("SIGTERM", 4), ("exit", 4.1), ("stopped", 4.1)],
        ),
        (pre_stop(WEB, httpGet={"port": 80}), 30, [("SIGTERM", 0), ("exit", 0.1), ("stopped", 0.1)]),
        (
            pre_stop(STUBBORN, sleep={"seconds": 60}),
            10,
            [("SIGTERM", 10), ("SIGKILL", 12), ("exit", 12), ("stopped", 12)],
        ),
        (
            pre_stop(WEB, exec={"command": ["sleep", "infinity"]}),
            10,
            [("SIGTERM", 10), ("exit", 10.1), ("stopped", 10.1)],
        ),
    ],
    ids=[
        "heeds SIGTERM",
        "does not",
        "a short grace period",
        "two seconds at least",
        "preStop sleeps",
        "preStop runs a command",
        "preStop asks a port",
        "preStop uses up the grace period: two seconds more",
        "preStop never ends",
    ],
)
def test_signals(container: dict[str, Any], grace: int, expected: list[tuple[str, float]]) -> None:
    deletion = Deletion(container, grace=grace)
    assert deletion.timeline() == expected
    assert deletion.world.api.pod("web") is None


def test_the_term_entry_says_how_much_time_is_left() -> None:
    deletion = Deletion(pre_stop(WEB, sleep={"seconds": 5}), grace=30)
    left = [entry.params["grace"] for entry in deletion.world.trace.entries if entry.message_id == "pod.term-sent"]
    assert [round(one / SECOND) for one in left] == [25]


def test_containers_stop_together_and_the_pod_waits_for_the_last() -> None:
    slow = {**STUBBORN, "name": "slow"}
    deletion = Deletion(WEB, slow, grace=5)
    assert deletion.timeline() == [
        ("SIGTERM", 0),
        ("SIGTERM", 0),
        ("exit", 0.1),
        ("SIGKILL", 5),
        ("exit", 5),
        ("stopped", 5),
    ]


def test_a_sidecar_that_is_stubborn_has_two_seconds_after_the_grace_period_is_over() -> None:
    sidecar = {**STUBBORN, "name": "s", "restartPolicy": "Always"}
    deletion = Deletion(STUBBORN, grace=5, initContainers=[sidecar])
    assert deletion.timeline() == [
        ("SIGTERM", 0),
        ("SIGKILL", 5),
        ("SIGTERM", 5),
        ("exit", 5),
        ("SIGKILL", 7),
        ("exit", 7),
        ("stopped", 7),
    ]


def test_a_second_deletion_may_only_hurry() -> None:
    deletion = Deletion(STUBBORN, grace=30, seconds=3)
    for grace in (60, 4):
        deletion.world.api.delete("web", grace)
        deletion.world.run(1)
    deletion.world.run(20)
    assert [what for what in deletion.timeline() if what[0] in ("SIGKILL", "stopped")] == [
        ("SIGKILL", 8),
        ("stopped", 8),
    ]


def test_the_last_status_of_a_killed_pod_is_failed_and_the_object_is_released() -> None:
    deletion = Deletion(STUBBORN, grace=3)
    last = next(obj for kind, obj in deletion.world.api.writes if kind == "DELETED")
    assert last["status"]["phase"] == "Failed"
    assert last["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137
    assert last["metadata"]["deletionGracePeriodSeconds"] == 0
    assert not deletion.world.kubelet.workers and not deletion.world.kubelet.runtime.containers


def test_a_pod_whose_object_is_gone_is_stopped_without_a_word_to_the_api_server() -> None:
    world = World()
    world.api.bind("web", spec(STUBBORN))
    world.run(20)
    world.api.delete("web", grace=0)
    writes = len(world.api.writes)
    world.run(10)
    (terminating,) = [entry.params for entry in world.trace.entries if entry.message_id == "pod.terminating"]
    assert terminating["forced"] is True
    assert world.when("pod.stopped") and len(world.api.writes) == writes and not world.kubelet.workers


@pytest.mark.parametrize(
    ("deletion", "given", "seconds"),
    [(None, None, 30), (None, 5, 5), (10, 5, 10), (0, 30, 1), (None, 0, 1)],
)
def test_the_grace_period_in_force(deletion: int | None, given: int | None, seconds: int) -> None:
    metadata = {} if deletion is None else {"deletionGracePeriodSeconds": deletion}
    pod_spec = {} if given is None else {"terminationGracePeriodSeconds": given}
    assert grace_us({"metadata": metadata, "spec": pod_spec}) == seconds * SECOND


def slow(name: str, seconds: int, **more: Any) -> dict[str, Any]:
    """A program that takes so long to end."""
    script = f"trap 'sleep {seconds}; exit 0' TERM; while true; do sleep 0.1; done"
    return {"name": name, "image": "busybox", "command": ["sh", "-c", script], **more}


def signals(world: World) -> list[tuple[str, float]]:
    entries = [entry for entry in world.trace.entries if entry.message_id in ("pod.term-sent", "pod.container-exited")]
    began = entries[0].at
    return [
        (f"{entry.params['container']} {entry.message_id.rpartition('-')[2]}", (entry.at - began) / SECOND)
        for entry in entries
    ]


def test_sidecars_get_their_signal_in_reverse_order_when_the_others_have_ended() -> None:
    sidecars = [slow(name, 1, restartPolicy="Always") for name in ("first", "second")]
    deletion = Deletion(slow("main", 2), initContainers=sidecars)
    told = signals(deletion.world)
    assert [what for what, _ in told] == [
        "main sent",
        "main exited",
        "second sent",
        "second exited",
        "first sent",
        "first exited",
    ]
    killing = [text for _, reason, text in deletion.world.api.events if reason == "Killing"]
    assert killing == [f"Stopping container {name}" for name in ("main", "first", "second")], "all are told at once"
    assert told[-1][1] == pytest.approx(4, abs=0.5)


def test_a_sidecars_hook_runs_while_the_others_end() -> None:
    sidecar = pre_stop(slow("proxy", 0, restartPolicy="Always"), sleep={"seconds": 2})
    deletion = Deletion(slow("main", 3), initContainers=[sidecar])
    at = dict(signals(deletion.world))
    assert at["proxy sent"] == pytest.approx(at["main exited"], abs=0.1)


def test_a_request_as_a_hook_that_nobody_answers_is_told() -> None:
    lonely = pre_stop(WEB, httpGet={"path": "/bye", "port": 9})
    deletion = Deletion(lonely)
    assert ("Warning", "FailedPreStopHook", "PreStopHook failed") in deletion.world.api.events
    answered = Deletion(pre_stop(WEB, httpGet={"path": "/bye", "port": 80}))
    assert not any(reason == "FailedPreStopHook" for _, reason, _ in answered.world.api.events)
