"""DefaultPreemption's part of the FailedScheduling message."""

from __future__ import annotations

from cluster_core.scheduler.framework import UNRESOLVABLE, UNSCHEDULABLE, Status
from cluster_core.scheduler.plugins.default_preemption import DefaultPreemption
from cluster_core.scheduler.plugins.dynamic_resources import DynamicResources
from tests.core.scheduler.machines import pod


def test_nodes_are_counted_by_whether_preemption_could_help() -> None:
    refused = {name: Status(UNSCHEDULABLE, ["x"]) for name in "abc"} | {"d": Status(UNRESOLVABLE, ["y"])}
    expected = (
        "preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, "
        "3 No preemption victims found for incoming pod"
    )
    assert DefaultPreemption().post_filter(pod(), refused) == expected


def test_devices_come_before_it() -> None:
    assert DynamicResources().post_filter(pod(), {}) == "no new claims to deallocate"
