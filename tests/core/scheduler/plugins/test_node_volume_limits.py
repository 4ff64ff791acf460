"""How many volumes a node takes."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.node_volume_limits import REASON, NodeVolumeLimits, volumes_of
from cluster_core.scheduler.status import Status
from tests.core.scheduler.machines import node
from tests.core.scheduler.storage_objects import claim, user, volume, world


def csi_node(name: str, count: int) -> Obj:
    return {"metadata": {"name": name}, "spec": {"drivers": [{"name": "d", "allocatable": {"count": count}}]}}


def disk(name: str) -> Obj:
    return volume(name, csi={"driver": "d", "volumeHandle": name})


def test_a_node_is_full_and_a_volume_that_is_there_counts_once() -> None:
    full, free = node("full"), node("free")
    full.add_pod(user("first", "c"))
    claims, volumes = [claim("c", "v"), claim("e", "w")], [disk("v"), disk("w")]
    found = world(full, free, claims=claims, volumes=volumes, csi_nodes=[csi_node("full", 1), csi_node("free", 1)])
    plugin, state, other = NodeVolumeLimits(), CycleState(), user("second", "e")
    assert plugin.pre_filter(state, other, found) is None
    refusal = plugin.filter(state, other, full)
    assert refusal is not None
    assert refusal.reasons == [REASON]
    assert plugin.filter(state, other, free) is None
    again, same = CycleState(), user("third", "c")
    assert plugin.pre_filter(again, same, found) is None
    assert plugin.filter(again, same, full) is None


def test_what_is_to_be_made_counts_for_its_provisioner() -> None:
    found = world(node(), claims=[claim("c")])
    assert volumes_of(user(), found.lister) == {"x.example.com/default/c": "x.example.com"}
    answer = NodeVolumeLimits().pre_filter(CycleState(), user(), found)
    assert isinstance(answer, Status)
    assert answer.code == "Skip", "nobody says a limit"
    assert not NodeVolumeLimits().hint("PersistentVolumeClaim/Add", user(), None, claim("x"))
