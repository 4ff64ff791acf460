"""kube-scheduler in a whole small cluster."""

from __future__ import annotations

from typing import Any

from tests.core.controllers.small_cluster import SmallCluster, pod


def _big(name: str, cpu: str) -> str:
    return pod(name).replace('image: "nginx:1.25",', f'image: "nginx:1.25", resources: {{requests: {{cpu: "{cpu}"}}}},')


def _node_of(cluster: SmallCluster, name: str) -> str:
    found = cluster.get("pods", name)
    assert found is not None
    return str(found["spec"].get("nodeName", ""))


def _scheduled(cluster: SmallCluster, name: str) -> dict[str, Any]:
    found = cluster.get("pods", name)
    assert found is not None
    return next(one for one in found["status"]["conditions"] if one["type"] == "PodScheduled")


def test_a_verdict_is_recorded_with_its_reasons() -> None:
    cluster = SmallCluster()
    cluster.create(_big("fits", "2"))
    cluster.create(_big("large", "9"))
    cluster.run(2)
    assert _node_of(cluster, "fits") in ("n1", "n2")
    (decided,) = cluster.told("scheduler.decided")
    assert set(decided["scores"]["n1"]) >= {"NodeResourcesFit", "TaintToleration"}
    told = cluster.told("scheduler.unschedulable")[0]
    assert told["refused"]["n1"] == {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]}
    assert _scheduled(cluster, "large")["reason"] == "Unschedulable"
    assert cluster.events("FailedScheduling")[0].startswith("0/2 nodes are available: 2 Insufficient cpu.")
    assert cluster.world.scheduler.verdicts["default/large"].node is None


def test_a_pod_waits_for_room_and_gets_it() -> None:
    cluster = SmallCluster()
    for name in ("a", "b"):
        cluster.create(_big(name, "7"))
    cluster.create(_big("late", "7"))
    cluster.run(3)
    assert _node_of(cluster, "late") == ""
    cluster.delete("pods", "a")
    cluster.run(5)
    assert _node_of(cluster, "late") != ""


def test_a_change_of_a_node_wakes_only_those_that_it_helps() -> None:
    cluster = SmallCluster()
    selector = pod("tape").replace("spec: {", "spec: {nodeSelector: {disk: tape}, ")
    cluster.create(selector)
    cluster.create(_big("large", "9"))
    cluster.run(20)
    before = cluster.world.scheduler.attempts
    cluster.patch("nodes", "n2", {"metadata": {"labels": {"disk": "tape"}}})
    cluster.run(3)
    assert _node_of(cluster, "tape") == "n2"
    assert cluster.world.scheduler.attempts == before + 1


def test_a_pod_that_asks_for_less_is_tried_again() -> None:
    cluster = SmallCluster()
    cluster.patch("nodes", "n1", {"spec": {"taints": [{"key": "x", "effect": "NoSchedule"}]}})
    cluster.patch("nodes", "n2", {"spec": {"taints": [{"key": "x", "effect": "NoSchedule"}]}})
    cluster.create(pod("shy"))
    cluster.run(3)
    assert _node_of(cluster, "shy") == ""
    shy = cluster.get("pods", "shy")
    assert shy is not None
    more = [*shy["spec"]["tolerations"], {"key": "x", "operator": "Exists"}]
    cluster.patch("pods", "shy", {"spec": {"tolerations": more}})
    cluster.run(3)
    assert _node_of(cluster, "shy") != ""


def test_after_five_minutes_a_parked_pod_is_tried_without_a_reason() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.run(290)
    before = cluster.world.scheduler.attempts
    cluster.run(45)
    assert cluster.world.scheduler.attempts == before + 1


def test_nothing_storms_while_the_api_server_is_away() -> None:
    """A binding that fails backs off; when the server is back the pod gets its node."""
    cluster = SmallCluster()
    cluster.create(pod("early"))
    cluster.fault("apiserver-down")
    number = cluster.world.sim.number
    cluster.run(60)
    assert cluster.world.sim.number - number < 2_000
    cluster.fault("apiserver-up")
    cluster.run(60)
    assert _node_of(cluster, "early") != ""


def test_a_gated_pod_is_not_looked_at() -> None:
    cluster = SmallCluster()
    cluster.create(pod("gated").replace("spec: {", "spec: {schedulingGates: [{name: example.com/wait}], "))
    cluster.run(3)
    assert _node_of(cluster, "gated") == "" and not cluster.told("scheduler.unschedulable")
    cluster.patch("pods", "gated", {"spec": {"schedulingGates": None}})
    cluster.run(3)
    assert _node_of(cluster, "gated") != ""
