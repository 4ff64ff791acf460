"""NodeUnschedulable."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.node_unschedulable import NodeUnschedulable
from tests.core.scheduler.machines import node, pod


def test_a_cordoned_node_takes_only_those_that_tolerate_it() -> None:
    cordoned = node(unschedulable=True)
    status = NodeUnschedulable().filter(CycleState(), pod(), cordoned)
    assert status is not None and status.reasons == ["node(s) were unschedulable"]
    brave = pod(tolerations=[{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}])
    assert NodeUnschedulable().filter(CycleState(), brave, cordoned) is None
    assert NodeUnschedulable().filter(CycleState(), pod(), node()) is None
