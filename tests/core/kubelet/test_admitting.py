"""What a refused pod is told; why a pod is refused is tested where it is decided (pressure, shutdown, room)."""

from __future__ import annotations

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def test_a_refused_pod_has_failed_and_nothing_of_it_runs() -> None:
    world = World(pods=1)
    world.api.bind("first", spec())
    world.api.bind("second", spec())
    world.run(10)
    pod = world.api.pod("second")
    assert pod is not None
    status = pod["status"]
    text = "Node didn't have enough resource: pods, requested: 1, used: 1, capacity: 1"
    assert (status["phase"], status["reason"]) == ("Failed", "OutOfpods")
    assert status["message"] == f"Pod was rejected: {text}"
    assert "containerStatuses" not in status
    assert ("Warning", "OutOfpods", text) in world.api.events
    assert world.kubelet.allocations.keys() == {"uid-first"}


def test_a_pod_that_was_active_too_long_is_ended() -> None:
    world = World()
    world.api.bind("web", spec(activeDeadlineSeconds=30))
    world.run(29)
    pod = world.api.pod("web")
    assert pod is not None and pod["status"]["phase"] == "Running"
    world.run(5)
    pod = world.api.pod("web")
    assert pod is not None
    text = "Pod was active on the node longer than the specified deadline"
    assert [pod["status"][name] for name in ("phase", "reason", "message")] == ["Failed", "DeadlineExceeded", text]
    assert ("Normal", "DeadlineExceeded", text) in world.api.events
