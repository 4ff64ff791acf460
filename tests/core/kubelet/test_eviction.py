"""Eviction: conditions, who goes, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_memory import MI, load
from tests.core.kubelet.test_pod_worker import spec


def condition(world: World, kind: str) -> dict[str, Any]:
    node = world.api.objects[("nodes", "", "node-1")]
    found: dict[str, Any] = next(one for one in node["status"]["conditions"] if one["type"] == kind)
    return found


def pressed(**pods: int) -> World:
    """A machine of 2Gi with pods that take so many Mi each; 100Mi are to stay free, the system takes 256Mi."""
    world = World(memory="2Gi")
    for name, memory in pods.items():
        world.api.bind(name, spec(), {"sim.orrery/memory": f"{memory}Mi"})
    world.run(30)
    return world


def test_the_pod_that_takes_most_goes_and_the_node_says_why() -> None:
    world = pressed(small=700, big=1000)
    pod = world.api.pod("big")
    assert pod is not None
    status = pod["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    text = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 92Mi. "
        "Container c was using 1000Mi, request is 0, has larger consumption of memory. "
    )
    assert status["message"] == text
    target = world.condition("big", "DisruptionTarget")
    assert (target["status"], target["reason"], target["message"]) == ("True", "TerminationByKubelet", text)
    assert status["containerStatuses"][0]["state"]["terminated"]["exitCode"] in (0, 137)
    assert ("Warning", "EvictionThresholdMet", "Attempting to reclaim memory") in world.api.events
    assert ("Warning", "Evicted", text) in world.api.events
    other = world.api.pod("small")
    assert other is not None and other["status"]["phase"] == "Running"
    pressure = condition(world, "MemoryPressure")
    assert (pressure["status"], pressure["reason"]) == ("True", "KubeletHasInsufficientMemory")


def test_the_condition_stays_for_five_minutes_and_keeps_best_effort_pods_away() -> None:
    world = pressed(small=700, big=1000)
    world.api.bind("late", spec())
    asks = {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"cpu": "1m"}}}
    world.api.bind("burstable", spec(asks))
    world.run(10)
    late, burstable = world.api.pod("late"), world.api.pod("burstable")
    assert late is not None and burstable is not None
    assert late["status"]["reason"] == "Evicted"
    assert late["status"]["message"] == "Pod was rejected: The node had condition: [MemoryPressure]. "
    assert burstable["status"]["phase"] == "Running"
    world.run(240)
    assert condition(world, "MemoryPressure")["status"] == "True"
    world.run(90)
    assert condition(world, "MemoryPressure")["status"] == "False"
    assert [reason for _, reason, _ in world.api.events if reason.startswith("NodeHas")] == [
        "NodeHasInsufficientMemory",
        "NodeHasSufficientMemory",
    ]


def test_what_a_kubelet_has_evicted_stays_evicted_for_the_next_one() -> None:
    world = pressed(small=700, big=1000)
    world.kubelet.stop_program()
    world.kubelet.restart()
    world.run(5)
    world.api.delete("big")
    world.run(5)
    kind, last = next(one for one in reversed(world.api.writes) if one[1]["metadata"]["name"] == "big")
    assert kind == "DELETED"
    assert (last["status"]["phase"], last["status"]["reason"]) == ("Failed", "Evicted")


def test_a_kubelet_that_begins_again_sees_what_presses() -> None:
    world = pressed(small=700)
    load(world, 1020 * MI)
    world.kubelet.stop_program()
    world.kubelet.restart()
    world.run(12)
    pod = world.api.pod("small")
    assert pod is not None and pod["status"]["reason"] == "Evicted"


def test_a_node_at_ease_looks_at_nothing() -> None:
    world = pressed(small=700)
    before = world.sim.number
    world.run(600)
    assert world.sim.number == before


def test_a_load_that_grows_is_seen_at_the_next_look() -> None:
    world = pressed(small=700)
    load(world, 1020 * MI)
    world.run(11)
    pod = world.api.pod("small")
    assert pod is not None and pod["status"]["reason"] == "Evicted"


def test_critical_pods_stay_whatever_they_take() -> None:
    world = World(memory="2Gi")
    world.api.bind("important", spec(priority=2_000_000_000), {"sim.orrery/memory": "1700Mi"})
    world.run(60)
    pod = world.api.pod("important")
    assert pod is not None and pod["status"]["phase"] == "Running"
    assert condition(world, "MemoryPressure")["status"] == "True"


def test_an_empty_dir_over_its_limit_costs_the_pod_its_life() -> None:
    world = World()
    volume = {"name": "cache", "emptyDir": {"sizeLimit": "4Ki"}}
    writes = {
        "name": "c",
        "image": "busybox",
        "command": ["sh", "-c", "sleep 5; seq 3000 > /cache/numbers; sleep 1000"],
        "volumeMounts": [{"name": "cache", "mountPath": "/cache"}],
    }
    world.api.bind("writer", spec(writes, volumes=[volume]))
    world.run(40)
    pod = world.api.pod("writer")
    assert pod is not None and pod["status"]["reason"] == "Evicted"
    assert pod["status"]["message"] == 'Usage of EmptyDir volume "cache" exceeds the limit "4Ki". '


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("1Gi", "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "),
        ("3Gi", ""),
    ],
)
def test_a_container_that_writes_too_much_is_evicted(limit: str, text: str) -> None:
    world = World()
    writes = {"name": "c", "image": "nginx:1.25", "resources": {"limits": {"ephemeral-storage": limit}}}
    world.api.bind("writer", spec(writes), {"sim.orrery/ephemeral-storage": "2Gi"})
    world.run(40)
    pod = world.api.pod("writer")
    assert pod is not None and pod["status"].get("message", "") == text


def test_a_full_disk_loses_unused_images_first_and_then_pods() -> None:
    world = World(ephemeral_storage="10Gi", images=("mysql:8", "redis:7"))
    world.api.bind("writer", spec(), {"sim.orrery/ephemeral-storage": "7Gi"})
    world.run(40)
    assert list(world.kubelet.images.present) == ["docker.io/library/nginx:1.25"]
    world.api.bind("another", spec(), {"sim.orrery/ephemeral-storage": "1Gi"})
    world.run(1)
    another = world.api.pod("another")
    assert another is not None and another["status"]["reason"] == "Evicted", "the node is under pressure"
    world.run(400)
    assert condition(world, "DiskPressure")["status"] == "False"
    world.api.bind("third", spec(), {"sim.orrery/ephemeral-storage": "1Gi"})
    world.run(40)
    pod = world.api.pod("writer")
    assert pod is not None and pod["status"]["reason"] == "Evicted"
    assert pod["status"]["message"].startswith("The node was low on resource: ephemeral-storage. Threshold quantity: ")
    assert condition(world, "DiskPressure")["status"] == "True"
