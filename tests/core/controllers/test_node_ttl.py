"""How long kubelets may trust what they have read."""

from __future__ import annotations

from cluster_core.controllers.node_ttl import ANNOTATION, NodeTtlController
from tests.core.controllers.small_cluster import SmallCluster


def _node(name: str) -> dict[str, dict[str, str]]:
    return {"metadata": {"name": name}}


def test_every_node_is_annotated() -> None:
    cluster = SmallCluster()
    cluster.run(1)
    assert cluster.world.objects("nodes")["n1"]["metadata"]["annotations"][ANNOTATION] == "0"
    cluster.patch("nodes", "n1", {"metadata": {"annotations": {ANNOTATION: None}}})
    cluster.run(1)
    assert cluster.world.objects("nodes")["n1"]["metadata"]["annotations"][ANNOTATION] == "0"


def test_a_large_cluster_asks_less_often() -> None:
    controller = NodeTtlController(SmallCluster().world.manager)
    for number in range(100):
        assert controller.enqueue("nodes", None, _node(str(number))) == [str(number)]
    assert controller.wanted == "0"
    assert len(controller.enqueue("nodes", None, _node("100"))) == 101 and controller.wanted == "15"
    for number in range(11):
        controller.enqueue("nodes", _node(str(number)), None)
    assert controller.wanted == "15" and len(controller.nodes) == 90
    controller.enqueue("nodes", _node("50"), None)
    assert controller.wanted == "0"
