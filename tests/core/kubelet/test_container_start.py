"""Starting a container: image policies, the process, back-off. Rows are read off the Events and the container status."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_pod_worker import NGINX, spec

PRESENT = {"images": ("nginx:1.25",)}


def reasons(world: World) -> list[str]:
    """Reasons of the Events about pods, in order."""
    return [reason for _, reason, _ in world.api.events if reason not in ("Starting", "NodeReady")]


@pytest.mark.parametrize(
    ("policy", "node", "expected"),
    [
        ("IfNotPresent", {}, ["Pulling", "Pulled", "Created", "Started"]),
        ("IfNotPresent", PRESENT, ["Pulled", "Created", "Started"]),
        ("Always", PRESENT, ["Pulling", "Pulled", "Created", "Started"]),
        ("Never", PRESENT, ["Pulled", "Created", "Started"]),
        ("Never", {}, ["ErrImageNeverPull", "Failed"]),
    ],
)
def test_image_policies(policy: str, node: dict[str, Any], expected: list[str]) -> None:
    world = World(**node)
    world.api.bind("web", spec({**NGINX, "imagePullPolicy": policy}))
    world.run(20)
    assert reasons(world)[: len(expected)] == expected
    assert world.container("web")["state"].keys() == ({"running"} if "Started" in expected else {"waiting"})


def test_an_image_that_may_not_be_pulled_waits_without_a_pull() -> None:
    world = World()
    world.api.bind("web", spec({**NGINX, "imagePullPolicy": "Never"}))
    world.run(20)
    assert world.container("web")["state"]["waiting"] == {
        "reason": "ErrImageNeverPull",
        "message": 'Container image "nginx:1.25" is not present with pull policy of Never',
    }
    assert not world.when("pod.pull-started") and not world.when("pod.container-started")


def test_the_pulled_event_tells_pulling_and_waiting_apart() -> None:
    world = World()
    world.api.bind("one", spec({"name": "c", "image": "example.com/one:1"}))
    world.api.bind("two", spec({"name": "c", "image": "example.com/two:1"}))
    world.run(30)
    pulls = [entry.params for entry in world.trace.entries if entry.message_id == "pod.pulled"]
    assert pulls[0]["waited"] == 0 < pulls[1]["waited"], "one pull at a time"
    second = str(pulls[1]["image"])
    text = next(text for _, reason, text in world.api.events if reason == "Pulled" and second in text)
    assert "including waiting). Image size: 60000000 bytes." in text


def test_a_missing_image_says_why_and_is_asked_for_again_after_its_back_off() -> None:
    world = World()
    world.api.bind("miss", spec({"name": "c", "image": "nginx:1.161"}))
    world.run(4)
    waiting = world.container("miss")["state"]["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    assert waiting["message"].startswith(
        'Back-off pulling image "nginx:1.161": ErrImagePull: rpc error: code = NotFound'
    )
    told = [reason for kind, reason, _ in world.api.events if kind == "Warning"]
    assert told == ["Failed", "Failed", "Failed"], "the pull, ErrImagePull, ImagePullBackOff"
    world.run(400)
    delays = [e.params["duration"] // SECOND for e in world.trace.entries if e.message_id == "pod.back-off"]
    assert delays[:6] == [10, 20, 40, 80, 160, 300]


def test_containers_start_one_after_the_other() -> None:
    world = World()
    world.api.bind("two", spec({"name": "a", "image": "nginx:1.25"}, {"name": "b", "image": "redis"}))
    world.run(30)
    order = [
        (entry.message_id, entry.params["container"])
        for entry in world.trace.entries
        if entry.message_id in ("pod.pull-started", "pod.container-started")
    ]
    assert order == [
        ("pod.pull-started", "a"),
        ("pod.container-started", "a"),
        ("pod.pull-started", "b"),
        ("pod.container-started", "b"),
    ]


def test_an_exit_is_told_once_with_its_code_and_its_duration() -> None:
    world = World()
    world.api.bind(
        "task",
        spec({"name": "c", "image": "busybox", "command": ["sh", "-c", "sleep 3; exit 4"]}, restartPolicy="Never"),
    )
    world.run(30)
    exits = [entry.params for entry in world.trace.entries if entry.message_id == "pod.container-exited"]
    assert [(one["code"], one["reason"], one["duration"] // 100_000) for one in exits] == [(4, "Error", 30)]


def test_a_request_to_a_server_that_is_not_up_yet_costs_the_container_its_life() -> None:
    world = World()
    hook = {"postStart": {"httpGet": {"path": "/", "port": 80}}}
    world.api.bind("web", spec({"name": "c", "image": "nginx:1.25", "lifecycle": hook}))
    world.run(15)
    assert ("Warning", "FailedPostStartHook", "PostStartHook failed") in world.api.events
    assert world.container("web")["restartCount"] >= 1


def test_the_back_off_begins_anew_after_ten_quiet_minutes() -> None:
    world = World()
    notes = {"sim.orrery/start-seconds": "1", "sim.orrery/run-seconds": "700", "sim.orrery/exit-code": "1"}
    world.api.bind("slow", spec(), notes)
    world.run(2_200)
    started, exited = world.when("pod.container-started"), world.when("pod.container-exited")
    gaps = [begin - end for end, begin in zip(exited, started[1:], strict=False)]
    assert len(gaps) == 3 and max(gaps) < SECOND, "each crash counts as the first"


def test_a_container_of_a_pod_that_goes_is_not_started_when_its_image_comes() -> None:
    world = World()
    world.api.bind("web", spec({"name": "c", "image": "example.com/big:1"}))
    world.run(1)
    assert world.when("pod.pull-started") and not world.when("pod.pulled")
    world.api.delete("web")
    world.run(20)
    assert not world.when("pod.container-started") and world.api.pod("web") is None
    assert world.kubelet.images.has("example.com/big:1"), "the pull itself runs to its end"
