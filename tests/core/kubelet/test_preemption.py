"""Room that a kubelet makes for critical pods."""

from __future__ import annotations

from typing import Any

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def asks(cpu: str) -> dict[str, Any]:
    return {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"cpu": cpu}}}


def full(*amounts: str) -> World:
    world = World()
    for place, cpu in enumerate(amounts):
        world.api.bind(f"web-{place}", spec(asks(cpu)))
    world.run(20)
    return world


def ended(world: World) -> list[str]:
    pods = [obj for key, obj in world.api.objects.items() if key[0] == "pods"]
    return sorted(pod["metadata"]["name"] for pod in pods if pod["status"]["phase"] == "Failed")


def test_as_few_pods_as_needed_go() -> None:
    world = full("1", "2", "1")
    world.api.bind("critical", spec(asks("2"), priority=2_000_000_000))
    world.run(20)
    assert ended(world) == ["web-1"]
    victim = world.api.pod("web-1")
    assert victim is not None and victim["status"]["reason"] == "Preempting"
    assert victim["status"]["message"] == "Preempted in order to admit critical pod"
    pod = world.api.pod("critical")
    assert pod is not None and pod["status"]["phase"] == "Running"


def test_nobody_goes_for_other_pods_or_in_vain() -> None:
    world = full("2", "2")
    world.api.bind("late", spec(asks("1"), priority=1_000))
    world.api.bind("huge", spec(asks("5"), priority=2_000_000_000))
    world.run(20)
    assert ended(world) == ["huge", "late"]
    pod = world.api.pod("huge")
    assert pod is not None and pod["status"]["reason"] == "OutOfcpu"
