"""The DaemonSet controller in a whole small cluster."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import is_pod_ready
from tests.core.controllers.sets import daemonset
from tests.core.controllers.small_cluster import SmallCluster

SETS, REVISIONS = "daemonsets.apps", "controllerrevisions.apps"


def _where(cluster: SmallCluster) -> list[str]:
    return sorted(pod["spec"].get("nodeName", "") for pod in cluster.all("pods"))


def _status(cluster: SmallCluster) -> dict[str, Any]:
    found = cluster.get(SETS, "agent")
    assert found is not None
    status: dict[str, Any] = found["status"]
    return status


def _set_image(cluster: SmallCluster, image: str, **more: Any) -> None:
    containers = [{"name": "c", "image": image}]
    cluster.patch(SETS, "agent", {"spec": {"template": {"spec": {"containers": containers}}, **more}})


def test_a_pod_on_every_node_and_a_status_that_says_so() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(4)
    assert _where(cluster) == ["n1", "n2"]
    assert _status(cluster) == {
        "currentNumberScheduled": 2,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 2,
        "numberReady": 2,
        "observedGeneration": 1,
        "updatedNumberScheduled": 2,
        "numberAvailable": 2,
    }
    assert len(cluster.events("SuccessfulCreate")) == 2


def test_taints_drive_pods_away_and_let_them_back() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(4)
    cluster.patch("nodes", "n1", {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}})
    cluster.run(2)
    assert (_where(cluster), _status(cluster)["desiredNumberScheduled"]) == (["n1", "n2"], 2), (
        "as upstream's, it does not look"
    )
    cluster.patch("nodes", "n1", {"spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}})
    cluster.run(3)
    assert (_where(cluster), _status(cluster)["desiredNumberScheduled"]) == (["n2"], 1)
    cluster.patch("nodes", "n1", {"spec": {"taints": None}})
    cluster.run(3)
    assert _where(cluster) == ["n1", "n2"]


def test_labels_of_nodes_choose() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset(spec="      nodeSelector: {disk: ssd}"))
    cluster.run(2)
    assert _where(cluster) == [] and _status(cluster)["desiredNumberScheduled"] == 0
    cluster.patch("nodes", "n2", {"metadata": {"labels": {"disk": "ssd"}}})
    cluster.run(3)
    assert _where(cluster) == ["n2"]
    cluster.patch("nodes", "n2", {"metadata": {"labels": {"disk": None}}})
    cluster.run(3)
    assert _where(cluster) == []


def test_a_rolling_update_replaces_one_node_after_the_other() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(4)
    _set_image(cluster, "agent:2")
    for _ in range(80):
        cluster.run(0.1)
        assert sum(is_pod_ready(pod) for pod in cluster.all("pods")) >= 1
    assert {pod["spec"]["containers"][0]["image"] for pod in cluster.all("pods")} == {"agent:2"}
    assert sorted(one["revision"] for one in cluster.all(REVISIONS)) == [1, 2]


def test_with_surge_no_node_is_ever_without() -> None:
    cluster = SmallCluster()
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    cluster.create(daemonset())
    cluster.patch(SETS, "agent", {"spec": {"updateStrategy": rolling}})
    cluster.run(4)
    _set_image(cluster, "agent:2")
    for _ in range(80):
        cluster.run(0.1)
        ready = {pod["spec"].get("nodeName") for pod in cluster.all("pods") if is_pod_ready(pod)}
        assert ready == {"n1", "n2"}
        assert len(cluster.all("pods")) <= 4
    assert {pod["spec"]["containers"][0]["image"] for pod in cluster.all("pods")} == {"agent:2"}


def test_on_delete_waits_for_somebody_to_delete() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset("  updateStrategy: {type: OnDelete}"))
    cluster.run(4)
    _set_image(cluster, "agent:2")
    cluster.run(3)
    pods = cluster.all("pods")
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"agent:1"}
    cluster.delete("pods", pods[0]["metadata"]["name"])
    cluster.run(4)
    images = sorted(pod["spec"]["containers"][0]["image"] for pod in cluster.all("pods"))
    assert images == ["agent:1", "agent:2"]
    assert _status(cluster)["updatedNumberScheduled"] == 1


def test_a_pod_that_fails_is_deleted_and_made_again() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(4)
    pod = cluster.all("pods")[0]
    failed = {**pod, "status": {**pod["status"], "phase": "Failed"}}
    cluster.ask("update", "pods", pod["metadata"]["name"], body=failed, subresource="status")
    cluster.run(4)
    assert len(_where(cluster)) == 2 and pod["metadata"]["name"] not in {
        one["metadata"]["name"] for one in cluster.all("pods")
    }
    assert "will try to kill it" in cluster.events("FailedDaemonPod")[0]


def test_orphans_are_adopted_and_strangers_released() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(4)
    before = {pod["metadata"]["uid"] for pod in cluster.all("pods")}
    cluster.delete(SETS, "agent", propagation_policy="Orphan")
    cluster.run(2)
    cluster.create(daemonset())
    cluster.run(3)
    assert {pod["metadata"]["uid"] for pod in cluster.all("pods")} == before
    name = cluster.all("pods")[0]["metadata"]["name"]
    cluster.patch("pods", name, {"metadata": {"labels": {"app": "other"}}})
    cluster.run(3)
    released = cluster.get("pods", name)
    assert released is not None and not released["metadata"].get("ownerReferences")
    assert len(cluster.all("pods")) == 3


def test_the_program_may_begin_again_in_the_middle() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(1)
    cluster.world.manager.crash()
    cluster.world.manager.restart()
    cluster.run(5)
    assert _where(cluster) == ["n1", "n2"]


def test_a_quota_is_told_and_tried_again() -> None:
    cluster = SmallCluster()
    cluster.create("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: one}\nspec: {hard: {pods: 1}}")
    cluster.run(1)
    cluster.create(daemonset())
    cluster.run(3)
    assert len(_where(cluster)) == 1
    assert "exceeded quota" in cluster.events("FailedCreate")[0]
    cluster.delete("resourcequotas", "one")
    cluster.run(30)
    assert _where(cluster) == ["n1", "n2"]
