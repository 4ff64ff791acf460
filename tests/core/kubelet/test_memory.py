"""Memory that runs out: a container's limit, a machine's memory, and whom the kernel chooses."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.selector import from_map
from cluster_core.kubelet.memory import oom_score_adj
from cluster_core.usage.curve import Curve
from cluster_core.usage.load import Load
from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_pod_worker import spec

MI = 1 << 20


def limited(memory: str, name: str = "c", **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx:1.25", "resources": {"limits": {"memory": memory}}, **more}


def load(world: World, memory: int, curve: Curve | None = None, **labels: str) -> None:
    """Users fill the memory of pods from now on."""
    world.kubelet.traffic.set(
        Load("default", from_map(labels), memory=memory, curve=curve or Curve(), since=world.sim.now)
    )
    world.kubelet.on_load_changed(None)


def test_a_program_that_needs_more_than_its_limit_never_gets_far() -> None:
    world = World()
    world.api.bind("web", spec(limited("100Mi")), {"sim.orrery/memory": "150Mi"})
    world.run(12)
    ended = world.container("web")["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")
    assert world.container("web")["restartCount"] >= 1
    assert "pod.oom-killed" in world.ids("web") and "pod.back-off" in world.ids("web")


def test_a_pod_that_is_not_restarted_has_failed() -> None:
    world = World()
    world.api.bind("job", spec(limited("100Mi"), restartPolicy="Never"), {"sim.orrery/memory": "150Mi"})
    world.run(12)
    pod = world.api.pod("job")
    assert pod is not None and pod["status"]["phase"] == "Failed"
    assert world.container("job")["state"]["terminated"]["reason"] == "OOMKilled"


def test_a_load_that_grows_kills_at_the_moment_it_passes_the_limit() -> None:
    world = World()
    world.api.bind("web", spec(limited("200Mi")), {"sim.orrery/memory": "100Mi"})
    world.run(20)
    began = world.sim.now
    load(world, 200 * MI, Curve(((0, 0), (100 * SECOND, 100))))
    world.run(49)
    assert world.when("pod.oom-killed") == []
    world.run(3)
    assert world.when("pod.oom-killed")[0] == pytest.approx(began + 50 * SECOND, abs=2)


def test_a_shell_that_is_too_big_dies_too() -> None:
    world = World()
    command = {"image": "busybox", "command": ["sh", "-c", "sleep 1000"]}
    world.api.bind("web", spec({**limited("10Mi"), **command}), {"sim.orrery/memory": "64Mi"})
    world.run(5)
    assert "pod.oom-killed" in world.ids("web")
    assert world.kubelet.containers.running == {}


def test_a_machine_without_memory_kills_its_best_effort_pods_first() -> None:
    world = World(memory="1Gi")
    asks = {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"memory": "300Mi"}}}
    world.api.bind("modest", spec(asks), {"sim.orrery/memory": "300Mi"})
    world.run(20)
    # It fills the machine in a second, long before the kubelet looks.
    world.api.bind("greedy", spec(), {"sim.orrery/memory": "700Mi"})
    world.run(8)
    killed = [entry.params["object"] for entry in world.trace.entries if entry.message_id == "pod.oom-killed"]
    assert killed and set(killed) == {"pod/default/greedy"}
    texts = [text for _, reason, text in world.api.events if reason == "SystemOOM"]
    assert texts and texts[0].startswith("System OOM encountered, victim process: nginx, pid: ")


@pytest.mark.parametrize(
    ("resources", "priority", "adjusted"),
    [
        ({}, 0, 1000),
        ({"requests": {"memory": "4Gi"}}, 0, 500),
        ({"requests": {"cpu": "1"}}, 0, 999),
        ({"requests": {"memory": "8Gi"}}, 0, 3),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}, 0, -997),
        ({}, 2_000_001_000, -997),
    ],
)
def test_scores(resources: dict[str, Any], priority: int, adjusted: int) -> None:
    container = {"name": "c", "resources": resources}
    pod = {"spec": {"containers": [container], "priority": priority}}
    assert oom_score_adj(pod, container, 8 << 30) == adjusted
