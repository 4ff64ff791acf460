"""Autoscaler, budgets and loads of a workload, as they are in a running cluster."""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.scaling import budget_cards, load_card, metric_cards
from cluster_core.projection.workloads import workload_card

SECOND = 1_000_000
MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"""


def card(cluster: Cluster) -> Any:
    return workload_card(cluster.world.objects("deployments.apps")["default/web"], "deployments.apps", cluster.world)


def test_a_load_an_autoscaler_and_a_budget_are_on_the_card_and_in_the_trace() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    cluster.apply(Command("apply", {"manifest": MANIFEST}).parsed())
    cluster.advance(60 * SECOND, 100_000)
    assert card(cluster)["load"] is None
    cluster.apply(Command("load", {"workload": "deployment/web", "millicores": 300}).parsed())
    cluster.advance(180 * SECOND, 200_000)
    found = card(cluster)
    assert found["load"] == {"millicores": 300, "per_pod": 0, "memory": 0, "shape": False, "since": 60 * SECOND}
    scaler, budget = found["autoscaler"], found["budgets"][0]
    assert (scaler["min"], scaler["max"], scaler["desired"]) == (1, 6, found["desired"]) and scaler["desired"] > 2
    assert scaler["metrics"][0]["target"] == "50" and int(scaler["metrics"][0]["current"]) > 0
    assert scaler["window_down"] == 300 and scaler["scaled_at"] is not None
    assert scaler["recommended"][-1][1] == scaler["desired"]
    assert {one["type"] for one in scaler["conditions"]} == {"AbleToScale", "ScalingActive", "ScalingLimited"}
    assert (budget["needed"], budget["rule"]) == (1, "minAvailable") and budget["allowed"] == budget["healthy"] - 1
    told = [one.params for one in cluster.trace.entries if one.message_id == "autoscaler.measured"]
    name, current, target = told[-1]["metrics"][0]
    assert (name, target) == ("cpu", 50_000) and current // 1000 == int(scaler["metrics"][0]["current"])
    assert max(one["wanted"] for one in told) == scaler["desired"]


def test_recommendations_go_on_while_the_autoscaler_naps() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    cluster.apply(Command("apply", {"manifest": MANIFEST}).parsed())
    cluster.advance(300 * SECOND, 200_000)
    before = card(cluster)["autoscaler"]["recommended"]
    cluster.advance(400 * SECOND, 200_000)
    after = card(cluster)["autoscaler"]["recommended"]
    assert after[-1][0] > before[-1][0] and all(400 * SECOND - at <= 320 * SECOND for at, _ in after)


def test_metrics_of_every_type_are_named_and_measured() -> None:
    target = {"type": "AverageValue", "averageValue": "10"}
    metrics = [
        {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "app", "target": target}},
        {"type": "Pods", "pods": {"metric": {"name": "requests"}, "target": target}},
        {"type": "External", "external": {"metric": {"name": "depth"}, "target": {"type": "Value", "value": "30"}}},
    ]
    current = [{"type": ""}, {"type": "Pods", "pods": {"current": {"averageValue": "12"}}}]
    found = [(one["name"], one["target"], one["current"]) for one in metric_cards(metrics, current)]
    assert found == [("cpu (app)", "10", ""), ("requests", "10", "12"), ("depth", "30", "")]


def test_a_budget_covers_what_its_selector_says() -> None:
    def budget(name: str, selector: Any) -> Any:
        return {"metadata": {"name": name}, "spec": {"maxUnavailable": "20%", "selector": selector}}

    budgets = [budget("a", {"matchLabels": {"app": "web"}}), budget("b", {"matchLabels": {"app": "db"}})]
    found = budget_cards({"app": "web"}, budgets)
    assert [(one["name"], one["rule"], one["limit"], one["allowed"]) for one in found] == [
        ("a", "maxUnavailable", "20%", 0)
    ]


def test_where_nobody_asks_for_anything_there_is_no_load() -> None:
    class Quiet:
        sim: Any = Cluster(ClusterConfig(nodes=1), 1).world.sim

        def objects(self, _resource: str) -> Any:
            return {}

    assert load_card("default", {}, Quiet()) is None
