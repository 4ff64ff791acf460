"""The queue and the node cache follow the API."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster, pod
from tests.core.scheduler.test_scheduler import _big


def test_a_finished_pod_has_left_its_node() -> None:
    cluster = SmallCluster()
    cluster.create(pod("done").replace("annotations: {", 'annotations: {sim.orrery/run-seconds: "1", '))
    cluster.patch("pods", "done", {"metadata": {"labels": {"x": "y"}}})
    cluster.run(2)
    scheduler = cluster.world.scheduler
    (there,) = [one for node in scheduler.nodes.values() for one in node.pods.values()]
    assert there.labels["x"] == "y", "labels are followed"
    cluster.ask(
        "patch",
        "pods",
        "done",
        subresource="status",
        body={"status": {"phase": "Succeeded"}},
        options={"patch_type": "merge"},
    )
    cluster.run(2)
    assert not [one for node in scheduler.nodes.values() for one in node.pods.values()]


def test_a_node_that_comes_finds_the_pods_that_were_bound_to_it() -> None:
    cluster = SmallCluster()
    cluster.create(pod("early", node="n9"))
    node = cluster.get("nodes", "n1")
    assert node is not None
    meta = {"name": "n9", "labels": {"kubernetes.io/hostname": "n9"}}
    answer = cluster.ask("create", "nodes", body={"apiVersion": "v1", "kind": "Node", "metadata": meta})
    assert answer.ok
    cluster.run(0.1)
    assert [one.key for one in cluster.world.scheduler.nodes["n9"].pods.values()] == ["default/early"]
    cluster.delete("nodes", "n9")
    cluster.run(0.1)
    assert "n9" not in cluster.world.scheduler.nodes


def test_a_pod_of_another_scheduler_is_let_alone() -> None:
    cluster = SmallCluster()
    cluster.create(pod("foreign").replace("spec: {", "spec: {schedulerName: nobody, "))
    cluster.run(10)
    found = cluster.get("pods", "foreign")
    assert found is not None and not found["spec"].get("nodeName")
    assert "conditions" not in found["status"] and cluster.events("FailedScheduling") == []
    assert len(cluster.world.scheduler.queue) == 0


def test_the_end_of_a_waiting_pod_ends_its_place_in_the_queue() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.run(1)
    assert len(cluster.world.scheduler.queue) == 1
    cluster.delete("pods", "large")
    cluster.run(1)
    assert len(cluster.world.scheduler.queue) == 0


def test_a_gated_pod_says_so_and_is_scheduled_when_its_gates_are_gone() -> None:
    cluster = SmallCluster()
    (made,) = cluster.create(pod("gated").replace("spec: {", "spec: {schedulingGates: [{name: example.com/wait}], "))
    assert made["status"]["conditions"] == [
        {
            "type": "PodScheduled",
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": None,
            "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates",
        }
    ]
    cluster.run(5)
    assert [*cluster.world.scheduler.queue.unschedulable] == ["default/gated"] and cluster.events(
        "FailedScheduling"
    ) == []
    cluster.patch("pods", "gated", {"spec": {"schedulingGates": []}})
    cluster.run(2)
    found = cluster.get("pods", "gated")
    assert found is not None and found["spec"]["nodeName"]
