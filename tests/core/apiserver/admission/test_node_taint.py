"""TaintNodesByCondition."""

from __future__ import annotations

from cluster_core.apiserver.admission.node_taint import add_taint
from tests.core.apiserver.admission.samples import cache, suffix


def test_a_node_begins_with_the_not_ready_taint() -> None:
    tainted = add_taint({"metadata": {"name": "n"}, "spec": {}}, cache(), suffix)
    assert tainted["spec"]["taints"] == [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]
    assert add_taint(tainted, cache(), suffix) is tainted
