"""Sandboxes and addresses of pods."""

from __future__ import annotations

from itertools import pairwise

from cluster_core.kubelet import sandbox
from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_pod_worker import spec


def entries(world: World, message_id: str) -> list[dict[str, object]]:
    return [entry.params for entry in world.trace.entries if entry.message_id == message_id]


def test_the_address_comes_with_the_sandbox_and_goes_with_it() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(0.1)
    assert world.network.held == {} and world.kubelet.runtime.sandbox("uid-web") is None
    world.run(1)
    assert world.network.held == {"uid-web": "10.244.1.2"}
    made = world.kubelet.runtime.sandbox("uid-web")
    assert made is not None and (made.ip, made.ready) == ("10.244.1.2", True)
    (created,) = entries(world, "pod.sandbox-created")
    low, high = sandbox.SETUP_US
    assert low <= int(str(created["duration"])) <= high
    world.run(20)
    world.api.delete("web")
    world.run(10)
    assert world.network.held == {} and world.kubelet.runtime.sandboxes == {}


def test_a_pod_in_the_network_of_its_node_takes_no_address() -> None:
    world = World()
    world.network.full = True
    world.api.bind("host", spec(hostNetwork=True))
    world.run(20)
    (told,) = entries(world, "pod.address-assigned")
    assert (told["ip"], told["host_network"]) == ("172.18.0.3", True)
    world.api.delete("host")
    world.run(10)
    assert world.api.pod("host") is None and world.network.held == {}


def test_a_full_range_is_told_in_the_plugins_words_until_an_address_is_free() -> None:
    world = World()
    world.network.full = True
    world.api.bind("web", spec())
    world.run(30)
    failures = [text for _, reason, text in world.api.events if reason == "FailedCreatePodSandBox"]
    assert len(failures) == 3, "at once, and every twelve seconds"
    assert 'plugin type="flannel" failed (add): no IP addresses available in range set' in failures[0]
    assert len({text.split('"')[1] for text in failures}) == 3, "each attempt has a sandbox id of its own"
    gaps = world.when("pod.sandbox-failed")
    assert {b - a for a, b in pairwise(gaps)} == {sandbox.RETRY_US}
    assert world.condition("web", "PodReadyToStartContainers")["status"] == "False"
    world.network.full = False
    world.run(30)
    assert world.condition("web", "PodReadyToStartContainers")["status"] == "True"


def test_a_pod_that_is_deleted_meanwhile_gets_no_sandbox() -> None:
    world = World()
    world.network.full = True
    world.api.bind("web", spec())
    world.run(1)
    world.api.delete("web")
    world.network.full = False
    world.run(30)
    assert entries(world, "pod.sandbox-created") == [] and world.network.held == {}
    assert world.api.pod("web") is None and world.kubelet.workers == {}


def test_after_a_reboot_the_old_address_is_given_back_first() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    world.kubelet.crash()
    world.kubelet.restart()
    world.run(20)
    assert [told["ip"] for told in entries(world, "pod.address-assigned")] == ["10.244.1.2", "10.244.1.3"]
    assert list(world.network.held.values()) == ["10.244.1.3"]
    text = "Pod sandbox changed, it will be killed and re-created."
    assert ("Normal", "SandboxChanged", text) in world.api.events


def test_ids_are_64_hex_digits_of_the_pod_the_name_and_the_moment() -> None:
    ids = {sandbox.container_id(uid, name, at) for uid in "ab" for name in "cd" for at in (0, SECOND)}
    assert len(ids) == 8 and all(len(one) == 64 and int(one, 16) for one in ids)
    assert sandbox.container_id("a", "c", 0) == sandbox.container_id("a", "c", 0)
