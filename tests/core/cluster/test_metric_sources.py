"""Autoscaling by custom metrics: an adapter that is applied, values of loads and of ConfigMaps."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.manifests import manifest

SECOND = 1_000_000
CONFIG = ClusterConfig(nodes=2)
RATE = {
    "type": "Pods",
    "pods": {"metric": {"name": "http_requests_per_second"}, "target": {"type": "AverageValue", "averageValue": "100"}},
}
QUEUE = {
    "type": "External",
    "external": {"metric": {"name": "depth"}, "target": {"type": "AverageValue", "averageValue": "10"}},
}


def scaled(name: str, metric: Obj) -> list[Obj]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    scaler = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 8, "metrics": [metric]}
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec},
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name}, "spec": scaler},
    ]


def do(cluster: Cluster, kind: str, **params: Any) -> None:
    cluster.run_until_answered(cluster.apply(Command(kind, params)))


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    cluster = Cluster(CONFIG, seed=3)
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "queue", "labels": {"sim.orrery/external-metrics": ""}},
    }
    do(cluster, "apply", objects=[*scaled("web", RATE), *scaled("worker", QUEUE), {**config, "data": {"depth": "30"}}])
    do(cluster, "load", workload="deployment/web", requests=450, request_millicores=1)
    cluster.advance(40 * SECOND, 10**7)
    return cluster


def autoscaler(cluster: Cluster, name: str) -> Obj:
    return cluster.world.objects("horizontalpodautoscalers.autoscaling")[f"default/{name}"]


def test_an_adapter_makes_custom_metrics_work(cluster: Cluster) -> None:
    (refused,) = (one for one in autoscaler(cluster, "web")["status"]["conditions"] if one["type"] == "ScalingActive")
    assert "unable to fetch metrics from custom metrics API" in refused["message"]
    generation = cluster.world.apiserver.kinds.generation
    do(cluster, "apply", objects=[obj for _, obj in manifest("custom-metrics", CONFIG)])
    assert cluster.world.apiserver.kinds.generation > generation
    cluster.advance(cluster.now + 180 * SECOND, 10**7)
    for name, replicas, value in (("web", 5, "90"), ("worker", 3, "10")):
        assert cluster.world.objects("deployments.apps")[f"default/{name}"]["status"]["readyReplicas"] == replicas
        (current,) = autoscaler(cluster, name)["status"]["currentMetrics"]
        assert current[current["type"].lower()]["current"]["averageValue"] == value


def test_requests_cost_what_the_load_says(cluster: Cluster) -> None:
    (load,) = cluster.world.traffic.loads
    assert (load.requests, load.millicores) == (450, 450)


def test_without_its_api_service_the_group_is_not_served(cluster: Cluster) -> None:
    assert cluster.world.apiserver.kinds.find("metricvalues.custom.metrics.k8s.io") is not None
    do(cluster, "delete", resource="apiservices.apiregistration.k8s.io", name="v1beta2.custom.metrics.k8s.io")
    assert cluster.world.apiserver.kinds.find("metricvalues.custom.metrics.k8s.io") is None
    assert cluster.world.apiserver.kinds.find("metricvalues.external.metrics.k8s.io") is not None
