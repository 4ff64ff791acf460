"""Pods that nobody will end any more."""

from __future__ import annotations

import pytest

from cluster_core.controllers import pod_garbage
from tests.core.controllers.small_cluster import SmallCluster, deployment, pod


def test_pods_of_a_node_that_is_gone_end_after_the_quarantine() -> None:
    cluster = SmallCluster()
    cluster.create(pod("left", node="n1"))
    cluster.run(3)
    cluster.world.sim.processes["kubelet/n1"].stop_program()  # type: ignore[attr-defined]
    cluster.delete("nodes", "n1")
    cluster.run(35)
    assert cluster.get("pods", "left") is not None
    cluster.run(50)
    assert cluster.get("pods", "left") is None
    assert cluster.told("pod.collected")[0]["node"] == "n1"
    assert cluster.events("RemovingNode") == ["Node n1 event: Removing Node n1 from Controller"]


def test_a_node_that_comes_back_keeps_its_pods() -> None:
    cluster = SmallCluster()
    cluster.create(pod("left", node="n1"))
    cluster.run(3)
    node = cluster.get("nodes", "n1")
    assert node is not None
    kubelet = cluster.world.sim.processes["kubelet/n1"]
    kubelet.stop_program()  # type: ignore[attr-defined]
    cluster.delete("nodes", "n1")
    cluster.run(30)
    meta = {"name": "n1", "labels": node["metadata"]["labels"]}
    assert cluster.ask("create", "nodes", body={"apiVersion": "v1", "kind": "Node", "metadata": meta}).ok
    kubelet.restart()  # type: ignore[attr-defined]
    cluster.run(100)
    assert cluster.get("pods", "left") is not None


def test_a_pod_that_never_got_a_node_is_removed() -> None:
    cluster = SmallCluster()
    cluster.create(pod("lost").replace("spec: {", "spec: {nodeSelector: {a: b}, "))
    cluster.run(1)
    cluster.patch("pods", "lost", {"metadata": {"finalizers": ["x.io/y"]}})
    cluster.delete("pods", "lost")
    cluster.run(25)
    found = cluster.get("pods", "lost")
    assert found is not None and found["status"]["phase"] == "Failed"
    cluster.patch("pods", "lost", {"metadata": {"finalizers": None}})
    cluster.run(1)
    assert cluster.get("pods", "lost") is None


def test_an_out_of_service_taint_gives_pods_up() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=1))
    cluster.run(4)
    node = cluster.all("pods")[0]["spec"]["nodeName"]
    name = cluster.all("pods")[0]["metadata"]["name"]
    cluster.world.sim.processes[f"kubelet/{node}"].stop_program()  # type: ignore[attr-defined]
    cluster.delete("pods", name)
    ready = {"type": "Ready", "status": "False", "reason": "Test"}
    there = cluster.get("nodes", node)
    assert there is not None
    taints = [{"key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"}]
    cluster.ask(
        "update",
        "nodes",
        node,
        body={**there, "status": {**there["status"], "conditions": [ready]}},
        subresource="status",
    )
    cluster.patch("nodes", node, {"spec": {"taints": taints}})
    cluster.run(45)
    assert cluster.get("pods", name) is None


def test_more_ended_pods_than_are_kept_go_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pod_garbage, "TERMINATED_MAX", 1)
    cluster = SmallCluster()
    for number in range(3):
        text = pod(f"done-{number}").replace("containers", "restartPolicy: Never, containers")
        cluster.create(text.replace("annotations: {", 'annotations: {sim.orrery/run-seconds: "0.5", '))
        cluster.run(1.1)
    cluster.run(45)
    assert [one["metadata"]["name"] for one in cluster.all("pods")] == ["done-2"]
