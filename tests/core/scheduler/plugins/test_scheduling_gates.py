"""Gates keep a pod out of the queue."""

from __future__ import annotations

from cluster_core.scheduler.plugins.scheduling_gates import SchedulingGates
from tests.core.scheduler.machines import pod


def test_the_gates_are_named() -> None:
    plugin = SchedulingGates()
    status = plugin.pre_enqueue(pod(schedulingGates=[{"name": "a"}, {"name": "b"}]))
    assert status is not None and status.reasons == ["waiting for scheduling gates: [a b]"]
    assert plugin.pre_enqueue(pod(schedulingGates=[])) is None


def test_only_the_pod_itself_can_lose_its_gates() -> None:
    plugin = SchedulingGates()
    (event,) = plugin.events
    assert plugin.hint(event, pod("a"), None, pod("a").pod) and not plugin.hint(event, pod("a"), None, pod("b").pod)
