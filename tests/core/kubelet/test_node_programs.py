"""Programs of the node that containers run."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.pod_worker import PodWorker
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec

PROXY = {"name": "c", "image": "registry.k8s.io/kube-proxy:v1.36.2"}


class Noted:
    """Says what was begun and ended."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.logs: list[tuple[str, int]] = []

    def begin(self, program: str, node: str) -> None:
        self.told.append(f"begin {program} {node}")

    def end(self, program: str, node: str) -> None:
        self.told.append(f"end {program} {node}")

    def written(self, node: str, at: int) -> None:
        self.logs.append((node, at))

    def removing(self, worker: PodWorker) -> None:
        self.logs.append((worker.uid, worker.now))


@pytest.fixture
def world() -> World:
    world = World()
    world.kubelet.programs = Noted()
    return world


def told(world: World) -> list[str]:
    assert isinstance(world.kubelet.programs, Noted)
    return world.kubelet.programs.told


def test_a_program_runs_from_its_first_container_to_its_last(world: World) -> None:
    node = world.kubelet.node.name
    world.api.bind("one", spec(PROXY, hostNetwork=True))
    world.run(20)
    assert told(world) == [f"begin kube-proxy {node}"]
    world.api.bind("two", spec(PROXY, hostNetwork=True))
    world.run(20)
    world.api.delete("one")
    world.run(40)
    assert not any("end" in one for one in told(world)), "another container of the node runs it"
    world.api.delete("two")
    world.run(40)
    assert told(world)[-1] == f"end kube-proxy {node}" and len(told(world)) == 3


def test_what_sees_only_its_own_network_or_runs_something_else_is_no_program(world: World) -> None:
    world.api.bind("apart", spec(PROXY))
    world.api.bind(
        "asleep",
        spec({"name": "c", "image": "ghcr.io/flannel-io/flannel:v0.27.4", "command": ["sleep", "9"]}, hostNetwork=True),
    )
    world.api.bind("other", spec(hostNetwork=True))
    world.run(20)
    assert told(world) == []


def test_a_collector_needs_the_log_files_and_hears_of_what_is_written(world: World) -> None:
    node, noted = world.kubelet.node.name, world.kubelet.programs
    collector = {"name": "c", "image": "cr.fluentbit.io/fluent/fluent-bit:4.1.1"}
    world.api.bind("blind", spec(collector))
    world.run(20)
    assert told(world) == []
    logs = {"name": "varlog", "hostPath": {"path": "/var/log"}}
    world.api.bind("seeing", spec(collector, volumes=[logs]))
    world.run(20)
    assert told(world) == [f"begin fluent-bit {node}"]
    world.api.bind("web", spec())
    world.run(20)
    assert isinstance(noted, Noted) and noted.logs[-1][0] == node
    world.api.delete("web")
    world.run(40)
    assert noted.logs[-1][0] == "uid-web"
