"""NodeName."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.node_name import NodeName
from tests.core.scheduler.machines import node, pod


def test_a_pod_that_names_its_node_fits_no_other() -> None:
    assert NodeName().filter(CycleState(), pod(nodeName="n1"), node("n1")) is None
    assert NodeName().filter(CycleState(), pod(), node("n2")) is None
    status = NodeName().filter(CycleState(), pod(nodeName="n1"), node("n2"))
    assert status is not None and status.reasons == ["node(s) didn't match the requested node name"]
