"""Only some metrics can tell that a workload of no pods is needed again."""

from __future__ import annotations

from cluster_core.api.kinds.metric_validation import validate_metrics

TARGET = {"type": "Value", "value": "1"}
QUEUE = {"type": "External", "external": {"metric": {"name": "q"}, "target": TARGET}}
PODS = {"type": "Pods", "pods": {"metric": {"name": "q"}, "target": {"type": "AverageValue", "averageValue": "1"}}}
OBJECT = {
    "type": "Object",
    "object": {"metric": {"name": "q"}, "target": TARGET, "describedObject": {"kind": "Ingress", "name": "i"}},
}


def test_good_ones() -> None:
    assert validate_metrics([QUEUE, PODS, OBJECT], 1, "m") == []


def test_scaling_to_zero() -> None:
    assert validate_metrics([QUEUE], 0, "m") == []
    assert [cause.detail for cause in validate_metrics([PODS], 0, "m")] == [
        "must specify at least one Object or External metric to support scaling to zero replicas"
    ]
