"""A spec that changes under a pod that runs; images and resources have tests of their own (pulling, resizing)."""

from __future__ import annotations

from typing import Any

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def change(world: World, name: str, **fields: Any) -> None:
    old = world.api.pod(name)
    assert old is not None
    world.api.put("pods", {**old, "spec": {**old["spec"], **fields}}, "MODIFIED")


def test_a_deadline_that_comes_later() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    change(world, "web", activeDeadlineSeconds=30)
    world.run(8)
    pod = world.api.pod("web")
    assert pod is not None and pod["status"]["phase"] == "Running"
    world.run(4)
    pod = world.api.pod("web")
    assert pod is not None and pod["status"]["reason"] == "DeadlineExceeded"


def test_what_means_nothing_to_a_running_pod_changes_nothing() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    change(world, "web", tolerations=[{"operator": "Exists"}])
    world.run(20)
    assert world.container("web")["restartCount"] == 0 and "running" in world.container("web")["state"]
