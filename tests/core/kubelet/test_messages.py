"""The alarms of a kubelet: one of an earlier life of the program says nothing any more."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from cluster_core.kubelet import messages
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.kubelet.messages import NodeCheck, NodeRetry, PlegRelist, PodAlarm, PodRetry, PullFinished
from cluster_core.sim.process import Message
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec

KINDS = [kind for _, kind in inspect.getmembers(messages, inspect.isclass) if kind.__module__ == messages.__name__]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_alarm_has_its_method_and_knows_its_life(kind: type[Message]) -> None:
    assert callable(getattr(Kubelet, kind.handler))
    fields = [field.name for field in dataclasses.fields(kind)]
    assert fields[:1] == ["epoch"] or kind is messages.PoweredOn, "only the first power-on has no life before it"


@pytest.mark.parametrize(
    "alarm",
    [
        lambda old: PodAlarm(old, "uid-web", "exited", "c", 0),
        lambda old: PodAlarm(old, "uid-web", "sandbox", "", 0),
        lambda old: PlegRelist(old),
        lambda old: PullFinished(old),
        lambda old: NodeCheck(old),
        lambda old: NodeRetry(old),
        lambda old: PodRetry(old, "uid-web"),
    ],
    ids=["exit", "sandbox", "relist", "pull", "check", "node", "pod"],
)
def test_an_alarm_of_an_earlier_life_is_void(alarm) -> None:  # type: ignore[no-untyped-def]
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    world.kubelet.stop_program()
    world.kubelet.restart()
    world.run(30)
    told, writes = list(world.trace.entries), len(world.api.writes)
    before = world.sim.number
    world.sim.schedule(world.sim.now, "kubelet/node-1", alarm(world.kubelet.epoch - 1))
    world.run(20)
    assert (world.trace.entries, len(world.api.writes)) == (told, writes)
    assert world.sim.number == before + 1, "nothing follows from it"


def test_an_alarm_of_a_container_that_has_moved_on_is_void() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    serial = world.kubelet.workers["uid-web"].states["c"].serial
    world.kubelet.pod_alarm("uid-web", world.sim.now, "kill_sent", "c", serial - 1)
    world.run(1)
    assert not world.when("pod.kill-sent")
    world.kubelet.pod_alarm("uid-web", world.sim.now, "kill_sent", "c", serial)
    world.run(1)
    assert len(world.when("pod.kill-sent")) == 1
