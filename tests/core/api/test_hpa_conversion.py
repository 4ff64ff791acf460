"""HorizontalPodAutoscalers of autoscaling/v1."""

from __future__ import annotations

import json

from cluster_core.api.hpa_conversion import BEHAVIOR, METRICS, to_v1, to_v2
from cluster_core.api.kinds.autoscaling import cpu_utilization, default_behavior
from cluster_core.api.request import Obj

RATE: Obj = {
    "type": "Pods",
    "pods": {"metric": {"name": "rate"}, "target": {"type": "AverageValue", "averageValue": "10"}},
}
QUEUE: Obj = {
    "type": "External",
    "external": {
        "metric": {"name": "queue", "selector": {"matchLabels": {"a": "b"}}},
        "target": {"type": "Value", "value": "5"},
    },
}
REQUESTS: Obj = {
    "type": "Object",
    "object": {
        "describedObject": {"kind": "Service", "name": "web"},
        "metric": {"name": "hits"},
        "target": {"type": "Value", "value": "3"},
    },
}
SIDE: Obj = {
    "type": "ContainerResource",
    "containerResource": {
        "name": "cpu",
        "container": "side",
        "target": {"type": "Utilization", "averageUtilization": 40},
    },
}
STORED: Obj = {
    "metadata": {"name": "h", "annotations": {"mine": "yes"}},
    "spec": {
        "maxReplicas": 3,
        "metrics": [RATE, QUEUE, REQUESTS, SIDE, cpu_utilization(50)],
        "behavior": default_behavior({}),
    },
    "status": {
        "currentReplicas": 1,
        "currentMetrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "current": {"averageUtilization": 12, "averageValue": "3m"}},
            }
        ],
        "conditions": [{"type": "AbleToScale", "status": "True"}],
    },
}


def test_one_cpu_target_and_annotations() -> None:
    found = to_v1(STORED)
    assert found["spec"] == {"maxReplicas": 3, "targetCPUUtilizationPercentage": 50}
    assert found["status"] == {"currentReplicas": 1, "currentCPUUtilizationPercentage": 12}
    annotations = found["metadata"]["annotations"]
    assert annotations["mine"] == "yes"
    assert json.loads(annotations[METRICS])[0] == {
        "type": "Pods",
        "pods": {"metricName": "rate", "targetAverageValue": "10"},
    }
    assert annotations[BEHAVIOR].startswith(
        '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":['
    )


def test_there_and_back() -> None:
    assert to_v2(to_v1(STORED)) == STORED


def test_without_annotations() -> None:
    found = to_v2({"metadata": {"name": "h"}, "spec": {"targetCPUUtilizationPercentage": 70}})
    assert found == {"metadata": {"name": "h"}, "spec": {"metrics": [cpu_utilization(70)]}}


def test_annotations_that_cannot_be_read_are_dropped() -> None:
    broken = {"metadata": {"annotations": {METRICS: "{", BEHAVIOR: "[]"}}, "spec": {"maxReplicas": 1}}
    assert to_v2(broken) == {"metadata": {}, "spec": {"maxReplicas": 1}}
