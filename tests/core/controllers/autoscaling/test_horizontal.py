"""The autoscaler at work in a small cluster, with metrics without lag."""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.command import Command
from cluster_core.cluster.world import direct
from explorer.reference.recorded_metrics import RecordedMetrics
from tests.core.controllers.small_cluster import SmallCluster, deployment

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


def autoscaler(name: str = "web", target: str = "Deployment", extra: str = "") -> str:
    return f"""
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {name}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: {target}, name: web}}
  minReplicas: 1
  maxReplicas: 8
  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: AverageValue, averageValue: 100m}}}}}}]
{extra}
"""


def cluster_with(*texts: str) -> SmallCluster:
    cluster = SmallCluster()
    cluster.world.apiserver.extensions.groups["metrics.k8s.io"] = RecordedMetrics(cluster.world)
    for text in texts:
        cluster.create(text)
    return cluster


def load(cluster: SmallCluster, millicores: int) -> None:
    direct(cluster.world, Command("load", {"selector": {"app": "web"}, "millicores": millicores}).parsed())


def conditions(cluster: SmallCluster, name: str = "web") -> dict[str, tuple[str, str]]:
    found = cluster.get(AUTOSCALERS, name)
    assert found is not None
    return {one["type"]: (one["status"], one["reason"]) for one in found["status"]["conditions"]}


def replicas(cluster: SmallCluster) -> int:
    found: dict[str, Any] | None = cluster.get("deployments.apps", "web")
    assert found is not None
    return int(found["spec"]["replicas"])


def test_it_follows_the_load_up_and_after_five_minutes_down() -> None:
    cluster = cluster_with(deployment("web", 2), autoscaler())
    load(cluster, 550)
    cluster.run(80)
    assert replicas(cluster) == 6
    load(cluster, 150)
    cluster.run(200)
    assert (replicas(cluster), conditions(cluster)["AbleToScale"]) == (6, ("True", "ScaleDownStabilized"))
    cluster.run(180)
    assert replicas(cluster) == 2
    assert cluster.told("autoscaler.rescaled")[-1]["after"] == 2


def test_at_rest_nothing_happens_and_a_load_wakes_it_on_its_beat() -> None:
    cluster = cluster_with(deployment("web", 2), autoscaler())
    load(cluster, 200)
    cluster.run(400)
    controller = cluster.world.manager.controllers["horizontal-pod-autoscaler"]
    before = controller.turns
    cluster.run(3600)
    assert controller.turns == before
    load(cluster, 400)
    cluster.run(16)
    assert replicas(cluster) == 4


def test_a_scaling_of_others_is_put_right_after_a_nap() -> None:
    cluster = cluster_with(deployment("web", 2), autoscaler())
    load(cluster, 200)
    cluster.run(400)
    cluster.patch("deployments.apps", "web", {"spec": {"replicas": 20}})
    cluster.run(16)
    assert replicas(cluster) == 8
    assert (
        cluster.events("SuccessfulRescale")[-1]
        == "New size: 8; reason: Current number of replicas above Spec.MaxReplicas"
    )


def test_what_is_wrong_is_told() -> None:
    cluster = cluster_with(autoscaler(), autoscaler("odd", "Gadget"))
    cluster.run(20)
    assert conditions(cluster)["AbleToScale"] == ("False", "FailedGetScale")
    assert 'deployments.apps "web" not found' in cluster.events("FailedGetScale")
    assert 'no matches for kind "Gadget" in group "apps"' in cluster.events("FailedGetScale")


def test_two_autoscalers_of_the_same_pods_stop_each_other() -> None:
    cluster = cluster_with(deployment("web", 2), autoscaler(), autoscaler("second"))
    cluster.run(40)
    assert conditions(cluster, "second")["ScalingActive"] == ("False", "AmbiguousSelector")
    assert (
        "pods by selector app=web are controlled by multiple HPAs: [{second default} {web default}]"
        in cluster.events("AmbiguousSelector")
    )


def test_without_a_metrics_server() -> None:
    cluster = SmallCluster()
    cluster.create(deployment("web", 2))
    cluster.create(autoscaler())
    cluster.run(20)
    assert conditions(cluster)["ScalingActive"] == ("False", "FailedGetResourceMetric")
    assert "the server is currently unable to handle the request" in cluster.events("FailedGetResourceMetric")[0]


def test_a_deleted_autoscaler_is_forgotten() -> None:
    cluster = cluster_with(deployment("web", 2), autoscaler())
    cluster.run(60)
    cluster.delete(AUTOSCALERS, "web")
    cluster.run(40)
    controller: Any = cluster.world.manager.controllers["horizontal-pod-autoscaler"]
    assert not controller.memories and not controller.naps and not controller.looks


def test_a_restart_forgets_recommendations_only() -> None:
    cluster = cluster_with(deployment("web", 2), autoscaler())
    load(cluster, 550)
    cluster.run(80)
    cluster.world.manager.crash()
    cluster.world.manager.restart()
    load(cluster, 150)
    cluster.run(60)
    assert replicas(cluster) == 6
