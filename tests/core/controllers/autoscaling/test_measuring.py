"""Requests for metrics, and proposals from their answers."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Response
from cluster_core.controllers.autoscaling.calculator import Scene, Tolerances
from cluster_core.controllers.autoscaling.measuring import CUSTOM, EXTERNAL, Failure, proposal_of, request_for

QUEUE = {
    "metric": {"name": "queue", "selector": {"matchLabels": {"q": "a"}}},
    "target": {"type": "Value", "value": "10"},
}
POD = {
    "metadata": {"name": "p0"},
    "spec": {"containers": []},
    "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
}
SCENE = Scene(2, 2, [POD], Tolerances(), 0)


def answered(*values: str) -> Response:
    items = [{"describedObject": {"name": f"p{place}"}, "value": value} for place, value in enumerate(values)]
    return Response(1, 200, {"items": items})


def refused(message: str) -> Response:
    return Response(1, 503, {"reason": "ServiceUnavailable", "message": message})


def cpu(**target: Any) -> dict[str, Any]:
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def test_each_kind_asks_its_api() -> None:
    action = request_for(cpu(averageUtilization=50), "shop", "app=web")
    assert (action.resource, action.namespace, action.options["label_selector"]) == (
        "pods.metrics.k8s.io",
        "shop",
        "app=web",
    )
    external = request_for({"type": "External", "external": QUEUE}, "shop", "app=web")
    assert (external.resource, external.options) == (EXTERNAL, {"metric": "queue", "metric_selector": "q=a"})
    about = {**QUEUE, "describedObject": {"kind": "Ingress", "name": "main"}}
    found = request_for({"type": "Object", "object": about}, "shop", "app=web")
    assert (found.resource, found.options["kind"], found.options["object"]) == (CUSTOM, "Ingress", "main")
    assert request_for({"type": "Pods", "pods": QUEUE}, "shop", "app=web").options["kind"] == "Pod"


def test_values_become_replicas() -> None:
    assert proposal_of({"type": "External", "external": QUEUE}, SCENE, answered("20", "10"), "shop")[0].replicas == 3
    average = {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "10"}}
    found, name = proposal_of({"type": "Pods", "pods": average}, SCENE, answered("35"), "shop")
    assert (found.replicas, name) == (4, "pods metric rps")
    about = {**QUEUE, "describedObject": {"kind": "Ingress", "name": "main"}}
    found, name = proposal_of({"type": "Object", "object": about}, SCENE, answered("50"), "shop")
    assert (found.replicas, name) == (5, "Ingress metric queue")


def test_failures_have_an_inner_and_an_outer_text() -> None:
    with pytest.raises(Failure) as failure:
        proposal_of(cpu(averageUtilization=50), SCENE, refused("nobody is there"), "shop")
    inner = (
        "failed to get cpu utilization: unable to get metrics for resource cpu: "
        "unable to fetch metrics from resource metrics API: nobody is there"
    )
    assert (failure.value.reason, failure.value.message) == ("FailedGetResourceMetric", inner)
    assert failure.value.outer == f"failed to get cpu resource metric value: {inner}"
    with pytest.raises(Failure) as failure:
        proposal_of({"type": "External", "external": QUEUE}, SCENE, answered(), "shop")
    assert failure.value.reason == "FailedGetExternalMetric"
    assert failure.value.message.endswith("no metrics returned from external metrics API")
