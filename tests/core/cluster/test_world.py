"""The composition root: every program is there, and the boot comes to rest."""

from __future__ import annotations

from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.world import begin_boot, boot, continue_boot, end_boot
from cluster_core.sim.trace import Trace


def test_the_boot_comes_to_rest_at_time_0() -> None:
    world = boot(ClusterConfig(nodes=2), 1, Trace(1_000))
    assert (world.sim.now, world.sim.number, world.sim.trace.entries) == (0, 0, [])
    assert sorted(world.objects("nodes")) == ["control-plane", "node-1", "node-2"]
    for key, pod in world.objects("pods").items():
        ready = next(one for one in pod["status"]["conditions"] if one["type"] == "Ready")
        assert ready["status"] == "True", key
    assert sum(member.card()["raft_role"] == "leader" for member in world.members) == 1


def test_in_slices_it_is_the_same_boot() -> None:
    world = begin_boot(ClusterConfig(nodes=1), 3)
    while not continue_boot(world, 100):
        pass
    sliced = end_boot(world, Trace(1_000))
    whole = boot(ClusterConfig(nodes=1), 3, Trace(1_000))
    assert dict(sliced.stored()) == dict(whole.stored())


def test_every_program_has_its_process() -> None:
    processes = set(boot(ClusterConfig(nodes=1), 1, Trace(1_000)).sim.processes)
    expected = {
        "apiserver",
        "etcd-1",
        "etcd-2",
        "etcd-3",
        "kube-controller-manager",
        "kube-scheduler",
        "kubelet/node-1",
    }
    assert expected | {"kubectl", "faults", "kubelet/control-plane"} <= processes


def test_every_node_takes_as_many_pods_as_the_config_says() -> None:
    world = boot(ClusterConfig(nodes=1, node_pods=42), 1, Trace(100_000))
    assert [node["status"]["allocatable"]["pods"] for node in world.objects("nodes").values()] == ["42", "42"]
