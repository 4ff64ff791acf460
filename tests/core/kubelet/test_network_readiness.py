"""A node is Ready once something on it has configured the network of its pods."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import condition
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.kubelet.node_status import NO_NETWORK, NodeSpec
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import NGINX, spec

CONFIG = "/etc/cni/net.d/10-flannel.conflist"
DISK = {"name": "cni", "hostPath": {"path": "/etc/cni/net.d"}}


class Bare(World):
    """A node whose disk has no configuration yet."""

    def __init__(self) -> None:
        super().__init__()
        self.network.config_file = CONFIG
        # The first kubelet took the network for built in: this one begins with it missing.
        self.kubelet.stop_program()
        del self.sim.processes[self.kubelet.name], self.sim.processes[self.kubelet.containers.name]
        self.api.objects.pop(("nodes", "", "node-1"))
        self.kubelet = Kubelet(self.sim, NodeSpec("node-1", "172.18.0.3"), self.network)
        self.kubelet.start()
        self.run(1)

    def ready(self) -> dict[str, Any]:
        found = condition(self.api.objects["nodes", "", "node-1"], "Ready")
        assert found is not None
        return found


def install(world: World, command: list[str]) -> None:
    mount = {"name": "cni", "mountPath": "/etc/cni/net.d"}
    install = {"name": "install", "image": "busybox:1.37", "command": command, "volumeMounts": [mount]}
    world.api.bind("flannel", spec(NGINX, initContainers=[install], hostNetwork=True, volumes=[DISK]))


def test_it_is_not_ready_before() -> None:
    world = Bare()
    told = world.ready()
    assert (told["status"], told["reason"], told["message"]) == ("False", "KubeletNotReady", NO_NETWORK)
    assert [reason for _, reason, _ in world.api.events].count("NodeReady") == 1, "the first kubelet's"


def test_an_init_container_that_writes_the_file_makes_it_ready() -> None:
    world = Bare()
    install(world, ["sh", "-c", f"echo config > {CONFIG}"])
    world.run(30)
    assert world.ready()["status"] == "True"
    assert [reason for _, reason, _ in world.api.events].count("NodeReady") == 2, "the first kubelet's, and this one's"
    world.kubelet.crash()
    world.kubelet.restart()
    world.run(5)
    assert world.ready()["status"] == "True", "the file is on the disk"


def test_one_that_fails_at_once_is_started_again_with_its_back_off() -> None:
    world = Bare()
    install(world, ["sh", "-c", "exit 3"])
    world.run(60)
    assert world.ready()["status"] == "False"
    assert len(world.when("pod.init-finished")) >= 3 and world.when("pod.back-off")


def test_pods_of_the_network_wait_for_it_with_an_event() -> None:
    world = Bare()
    world.api.bind("web", spec())
    world.run(20)
    assert ("Warning", "NetworkNotReady", f"network is not ready: {NO_NETWORK}") in world.api.events
    install(world, ["sh", "-c", f"echo config > {CONFIG}"])
    world.run(60)
    assert world.condition("web", "Ready")["status"] == "True"
