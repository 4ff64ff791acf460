"""TARGETS of HorizontalPodAutoscalers, by the cases of upstream's `printers_test.go`."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj
from cluster_core.apiserver import tables
from tests.core.apiserver.tables.rows import NOW, cells


def metric(kind: str, field: str, target: Obj, current: Obj | None = None, name: str = "") -> tuple[Obj, Obj]:
    named = {"name": name} if name else {}
    measured = {} if current is None else {"type": kind, field: {**named, "current": current}}
    return {"type": kind, field: {**named, "target": target}}, measured


CPU = metric("Resource", "resource", {"averageUtilization": 80}, {"averageUtilization": 50}, "cpu")


@pytest.mark.parametrize(
    ("metrics", "text"),
    [
        ([], "<none>"),
        ([metric("External", "external", {"averageValue": "100"})], "<unknown>/100 (avg)"),
        ([metric("External", "external", {"averageValue": "100"}, {"averageValue": "50"})], "50/100 (avg)"),
        ([metric("External", "external", {"value": "100"})], "<unknown>/100"),
        ([metric("External", "external", {"value": "100"}, {"value": "50"})], "50/100"),
        ([metric("Pods", "pods", {"averageValue": "100"})], "<unknown>/100"),
        ([metric("Pods", "pods", {"averageValue": "100"}, {"averageValue": "50"})], "50/100"),
        ([metric("Object", "object", {"value": "100"}, {"value": "50"})], "50/100"),
        ([metric("Object", "object", {"averageValue": "100"})], "<unknown>/100 (avg)"),
        ([metric("Resource", "resource", {"averageValue": "100"}, {"averageValue": "50"}, "memory")], "memory: 50/100"),
        ([metric("Resource", "resource", {"averageUtilization": 80}, None, "cpu")], "cpu: <unknown>/80%"),
        ([CPU], "cpu: 50%/80%"),
        ([metric("Resource", "resource", {}, {"averageUtilization": 5}, "cpu")], "cpu: 5%/<auto>"),
        (
            [
                metric(
                    "ContainerResource",
                    "containerResource",
                    {"averageUtilization": 80},
                    {"averageUtilization": 50},
                    "cpu",
                )
            ],
            "cpu: 50%/80%",
        ),
        ([CPU, CPU], "cpu: 50%/80%, cpu: 50%/80%"),
        ([CPU, CPU, CPU, CPU], "cpu: 50%/80%, cpu: 50%/80% + 2 more..."),
        ([({"type": "Other"}, {})], "<unknown type>"),
    ],
)
def test_targets(metrics: list[tuple[Obj, Obj]], text: str) -> None:
    wanted, measured = [each[0] for each in metrics], [each[1] for each in metrics]
    assert cells("hpa", {"spec": {"metrics": wanted}, "status": {"currentMetrics": measured}})[2] == text


def test_bounds() -> None:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 2, "maxReplicas": 5}
    row = ["x", "Deployment/web", "<none>", "2", 5, 3, "60s"]
    assert cells("hpa", {"spec": spec, "status": {"currentReplicas": 3}}) == row
    assert cells("hpa", {"spec": {"maxReplicas": 5}})[3] == "<unset>"


def test_a_client_of_v1_sees_the_same_row() -> None:
    given = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"},
            "maxReplicas": 5,
            "targetCPUUtilizationPercentage": 80,
        },
    }
    row = tables.table(by_resource("hpa"), given, NOW, version="v1")["rows"][0]
    assert row["cells"][2] == "cpu: <unknown>/80%"
    bookmark = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"resourceVersion": "5"}}
    assert tables.table(by_resource("hpa"), bookmark, NOW, version="v1")["rows"][0]["cells"][0] == ""
