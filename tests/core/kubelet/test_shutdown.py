"""A machine that is about to go off: its pods end in order, and it goes when they have."""

from __future__ import annotations

from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_eviction import condition
from tests.core.kubelet.test_pod_worker import spec

STUBBORN = {"name": "c", "image": "busybox", "command": ["sleep", "infinity"]}


def phase(world: World, name: str) -> tuple[str, str]:
    pod = world.api.pod(name)
    assert pod is not None
    return pod["status"]["phase"], pod["status"].get("message", "")


def test_pods_end_by_priority_and_say_why() -> None:
    world = World()
    released: list[int] = []
    world.kubelet.release_machine = lambda: released.append(world.sim.now)  # type: ignore[method-assign]
    world.api.bind("web", spec(STUBBORN))
    world.api.bind("critical", spec(STUBBORN, priority=2_000_000_000))
    world.run(20)
    began = world.sim.now
    world.kubelet.shutdown.prepare(20, 5)
    world.run(1)
    assert condition(world, "Ready")["message"] == "node is shutting down"
    assert world.condition("web", "DisruptionTarget")["reason"] == "TerminationByKubelet"
    assert phase(world, "critical")[0] == "Running"
    world.run(12)
    assert phase(world, "web")[0] == "Running" and released == [], "its 15 seconds are not over"
    world.run(3)
    text = "Pod was terminated in response to imminent node shutdown."
    assert phase(world, "web") == ("Failed", text)
    world.run(6)
    assert phase(world, "critical") == ("Failed", text)
    assert len(released) == 1 and 20 * SECOND <= released[0] - began < 21 * SECOND


def test_who_ends_early_holds_nobody() -> None:
    world = World()
    released: list[int] = []
    world.kubelet.release_machine = lambda: released.append(world.sim.now)  # type: ignore[method-assign]
    world.api.bind("web", spec())
    world.run(20)
    began = world.sim.now
    world.kubelet.shutdown.prepare(600, 10)
    world.run(2)
    assert len(released) == 1 and released[0] - began < SECOND


def test_new_pods_are_refused() -> None:
    world = World()
    world.api.bind("web", spec(STUBBORN))
    world.run(10)
    world.kubelet.shutdown.prepare(30, 0)
    world.api.bind("late", spec())
    world.run(1)
    pod = world.api.pod("late")
    assert pod is not None and pod["status"]["reason"] == "NodeShutdown"
    assert phase(world, "late") == ("Failed", "Pod was rejected: Pod was rejected as the node is shutting down.")


def test_without_grace_nothing_is_held() -> None:
    world = World()
    released: list[int] = []
    world.kubelet.release_machine = lambda: released.append(world.sim.now)  # type: ignore[method-assign]
    world.api.bind("web", spec())
    world.run(20)
    world.kubelet.shutdown.prepare(0, 0)
    assert released == [world.sim.now]
    assert phase(world, "web")[0] == "Running"
