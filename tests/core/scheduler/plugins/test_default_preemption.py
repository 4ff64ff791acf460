"""What the PostFilter plugins say to a pod that fits nowhere."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.plugins.default_preemption import DefaultPreemption
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status
from tests.core.scheduler.machines import pod, profile, snapshot


def _words(plugin: Plugin, refused: NodeStatuses) -> list[str]:
    result = plugin.post_filter(profile(), CycleState(), pod(), snapshot(), refused)
    assert result.status is not None
    return result.status.reasons


def test_nodes_are_counted_by_whether_preemption_could_help() -> None:
    said = {name: Status(UNSCHEDULABLE, ["x"]) for name in "abc"} | {"d": Status(UNRESOLVABLE, ["y"])}
    expected = (
        "preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, "
        "3 No preemption victims found for incoming pod"
    )
    assert _words(DefaultPreemption(), NodeStatuses(4, said)) == [expected]
