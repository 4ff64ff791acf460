"""Claims for one pod."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.volume_restrictions import REASON, VolumeRestrictions
from cluster_core.scheduler.status import Status
from tests.core.scheduler.machines import node
from tests.core.scheduler.storage_objects import claim, user, world


def test_the_second_pod_waits_for_the_first_unless_that_can_be_evicted() -> None:
    there = node("a")
    there.add_pod(user("first"))
    found = world(there, node("b"), claims=[claim(modes=["ReadWriteOncePod"])])
    plugin, state, one = VolumeRestrictions(), CycleState(), user("second")
    assert plugin.pre_filter(state, one, found) is None
    refusal = plugin.filter(state, one, found.nodes["b"])
    assert refusal is not None
    assert (refusal.code, refusal.reasons) == ("Unschedulable", [REASON])
    dry = state.clone()
    plugin.remove_pod(dry, one, user("first"), there)
    assert plugin.filter(dry, one, there) is None
    assert plugin.filter(state, one, there) is not None
    plugin.add_pod(dry, one, user("first"), there)
    assert plugin.filter(dry, one, there) is not None


def test_other_claims_are_left_alone() -> None:
    answer = VolumeRestrictions().pre_filter(CycleState(), user(), world(node(), claims=[claim()]))
    assert isinstance(answer, Status)
    assert answer.code == "Skip"
    plugin = VolumeRestrictions()
    assert plugin.hint("AssignedPod/Delete", user(), user("first").pod, None)
    assert not plugin.hint("AssignedPod/Delete", user(), user("first", "x").pod, None)
