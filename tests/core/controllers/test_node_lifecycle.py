"""Nodes that fall silent, and that come back."""

from __future__ import annotations

from typing import Any

from tests.core.controllers.small_cluster import SmallCluster, pod

UNREACHABLE = "node.kubernetes.io/unreachable"


def _ready(cluster: SmallCluster, node: str) -> dict[str, Any]:
    found = cluster.world.objects("nodes")[node]
    return next(one for one in found["status"]["conditions"] if one["type"] == "Ready")


def _taints(cluster: SmallCluster, node: str) -> list[tuple[str, str]]:
    return [(one["key"], one["effect"]) for one in cluster.world.objects("nodes")[node]["spec"].get("taints") or ()]


def test_fifty_seconds_of_silence() -> None:
    cluster = SmallCluster()
    cluster.create(pod("bare", node="n2"))
    cluster.run(5)
    cluster.fault("node-down", "n2")
    cluster.run(38)
    assert _ready(cluster, "n2")["status"] == "True"
    cluster.run(20)
    told = _ready(cluster, "n2")
    assert (told["status"], told["reason"]) == ("Unknown", "NodeStatusUnknown")
    assert _taints(cluster, "n2") == [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]
    assert sorted(cluster.events("NodeNotReady")) == ["Node is not ready", "Node n2 status is now: NodeNotReady"]
    bare = cluster.get("pods", "bare")
    assert bare is not None
    assert next(one for one in bare["status"]["conditions"] if one["type"] == "Ready")["status"] == "False"


def test_a_node_that_is_back_loses_its_taints() -> None:
    cluster = SmallCluster()
    cluster.fault("node-down", "n2")
    cluster.run(70)
    cluster.fault("node-up", "n2")
    cluster.run(15)
    assert _ready(cluster, "n2")["status"] == "True"
    assert _taints(cluster, "n2") == []


def test_a_short_silence_is_none() -> None:
    cluster = SmallCluster()
    cluster.fault("node-down", "n2")
    cluster.run(20)
    cluster.fault("node-up", "n2")
    cluster.run(60)
    assert not cluster.told("node.not-ready")


def test_a_partition_is_silence_too() -> None:
    cluster = SmallCluster()
    cluster.fault("partition", "n1")
    cluster.run(60)
    assert _ready(cluster, "n1")["status"] == "Unknown"
    cluster.fault("heal", "n1")
    cluster.run(15)
    assert _ready(cluster, "n1")["status"] == "True" and _taints(cluster, "n1") == []


def test_a_program_that_begins_registers_every_node_once() -> None:
    cluster = SmallCluster()
    once = ["Node n1 event: Registered Node n1 in Controller", "Node n2 event: Registered Node n2 in Controller"]
    assert sorted(cluster.events("RegisteredNode")) == once, "at the boot, before time 0"
    cluster.world.manager.crash()
    cluster.world.manager.restart()
    cluster.run(5)
    assert sorted(cluster.events("RegisteredNode")) == sorted(once * 2), "and by the program that begins again"
