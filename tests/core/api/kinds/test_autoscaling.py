"""HorizontalPodAutoscalers: defaults and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.autoscaling import SCALE_DOWN, SCALE_UP
from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

HPA: Obj = {
    "metadata": {"name": "web"},
    "spec": {"maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
}
TARGET: Obj = {"type": "AverageValue", "averageValue": "10"}
CPU: Obj = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 5}}}
REFUSED: list[tuple[str, Any, str]] = [
    ("minReplicas", 0, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"),
    ("maxReplicas", 0, "spec.maxReplicas: Invalid value: 0: must be greater than 0"),
    ("minReplicas", 6, "spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`"),
    ("scaleTargetRef.kind", "", "spec.scaleTargetRef.kind: Required value"),
    ("scaleTargetRef.name", "a/b", "spec.scaleTargetRef.name: Invalid value: \"a/b\": may not contain '/'"),
    (
        "metrics",
        [{"type": "Magic"}],
        'spec.metrics[0].type: Unsupported value: "Magic": supported values: "ContainerResource"',
    ),
    ("metrics", [{"type": "Pods"}], "spec.metrics[0].pods: Required value: must populate information for the given"),
    ("metrics", [{**CPU, "pods": {}}], "spec.metrics[0].pods: Forbidden: must populate the given metric source only"),
    ("metrics", [changed(CPU, "resource.name", "")], "resource.name: Required value: must specify a resource name"),
    (
        "metrics",
        [changed(CPU, "resource.target", {})],
        "target.type: Required value: must specify a metric target type",
    ),
    (
        "metrics",
        [changed(CPU, "resource.target.averageUtilization", 0)],
        "averageUtilization: Invalid value: 0: must be greater than 0",
    ),
    (
        "metrics",
        [changed(CPU, "resource.target.averageValue", "1")],
        "may not set both a target raw value and a target utilization",
    ),
    (
        "metrics",
        [{"type": "External", "external": {"metric": {}, "target": TARGET}}],
        "external.metric.name: Required value: must specify a metric name",
    ),
    (
        "metrics",
        [{"type": "External", "external": {"metric": {"name": "q"}, "target": {**TARGET, "value": "-1"}}}],
        'target.value: Invalid value: "-1": must be positive',
    ),
    (
        "metrics",
        [{"type": "ContainerResource", "containerResource": {"name": "cpu", "target": TARGET}}],
        "containerResource.container: Required value: must specify a container",
    ),
    ("behavior", {"scaleUp": {"stabilizationWindowSeconds": 4000}}, "must be less than or equal to 3600"),
    (
        "behavior",
        {"scaleUp": {"selectPolicy": "All"}},
        'Unsupported value: "All": supported values: "Disabled", "Max", "Min"',
    ),
    (
        "behavior",
        {"scaleDown": {"policies": [{"type": "Pods", "value": 0, "periodSeconds": 3601}]}},
        "spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero",
    ),
]


@pytest.mark.parametrize(("path", "value", "words"), REFUSED)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("horizontalpodautoscalers.autoscaling", changed(HPA, f"spec.{path}", value))


def test_eighty_percent_of_the_cpu_and_no_rules() -> None:
    made = Plane().made("horizontalpodautoscalers.autoscaling", HPA)
    assert made["spec"]["metrics"] == [changed(CPU, "resource.target.averageUtilization", 80)]
    assert made["spec"]["minReplicas"] == 1 and "behavior" not in made["spec"]
    assert "generation" not in made["metadata"]


def test_rules_are_filled_up() -> None:
    body = changed(HPA, "spec.behavior", {"scaleDown": {"stabilizationWindowSeconds": 60}})
    made = Plane().made("horizontalpodautoscalers.autoscaling", body)
    assert made["spec"]["behavior"] == {
        "scaleUp": SCALE_UP,
        "scaleDown": {**SCALE_DOWN, "stabilizationWindowSeconds": 60},
    }


def test_a_bad_status() -> None:
    assert "status.currentReplicas: Invalid value: -1" in refused_update(
        "horizontalpodautoscalers.autoscaling", HPA, "status", {"currentReplicas": -1}, "status"
    )
