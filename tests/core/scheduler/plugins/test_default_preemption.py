"""What DefaultPreemption says to a pod that fits nowhere, and whom it holds back."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, PostFilterResult
from cluster_core.scheduler.plugins.default_preemption import DefaultPreemption
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preempting import Preempting
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status
from tests.core.scheduler.machines import node, pod, profile, snapshot


def _result(asking: PodInfo, *lower: int) -> PostFilterResult:
    nodes = [node(name) for name in "abcd"]
    for place, priority in enumerate(lower):
        nodes[0].add_pod(pod(f"low-{place}", cpu="2", priority=priority))
    said = {name: Status(UNSCHEDULABLE, ["x"]) for name in "abc"} | {"d": Status(UNRESOLVABLE, ["y"])}
    state, everywhere = CycleState(), snapshot(*nodes)
    profile().pre_filter(state, asking, everywhere)
    return DefaultPreemption().post_filter(profile(), state, asking, everywhere, NodeStatuses(4, said))


def test_nodes_are_counted_by_whether_preemption_could_help() -> None:
    result = _result(pod())
    assert result.status is not None and result.nominate == ""
    assert result.status.reasons == [
        "preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, "
        "3 No preemption victims found for incoming pod."
    ]


def test_it_nominates_the_node_of_the_victims() -> None:
    result = _result(pod("high", cpu="3", priority=9), 0, 0)
    assert result.status is None and result.nominate == "a"
    assert [victim.key for victim in result.decision.victims] == ["default/low-0", "default/low-1"]


def test_who_may_not_preempt_keeps_a_nomination() -> None:
    result = _result(pod("high", cpu="3", priority=9, preemptionPolicy="Never"), 0, 0)
    assert result.status is not None and result.nominate is None
    assert result.status.reasons == ["preemption: not eligible due to preemptionPolicy=Never."]


def test_a_pod_is_held_back_while_its_victims_are_asked_to_go() -> None:
    plugin, waiting = DefaultPreemption(), pod("high")
    assert plugin.pre_enqueue(waiting) is None
    plugin.preempting["high"] = cycle = Preempting(waiting, "a", pod("low"))
    status = plugin.pre_enqueue(waiting)
    assert status is not None and status.reasons == ["waiting for the preemption for this pod to be finished"]
    cycle.blocks = False
    assert plugin.pre_enqueue(waiting) is None
