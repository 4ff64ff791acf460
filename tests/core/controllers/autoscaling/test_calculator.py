"""How many replicas a metric asks for: cases of upstream's replica_calculator_test.go in our words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.autoscaling.calculator import (
    NO_PODS,
    UNREADY,
    Scene,
    Tolerances,
    by_average,
    by_utilization,
    by_value,
    by_value_per_pod,
)
from cluster_core.controllers.autoscaling.samples import MetricError, Sample

SECOND = 1_000_000
NOW = 1_000 * SECOND


def pods(count: int, unready: int = 0, request: str | None = "1000m") -> list[dict[str, Any]]:
    """`unready` of them are young and not Ready."""
    found = []
    for place in range(count):
        young = place < unready
        turn = {"type": "Ready", "status": str(not young), "lastTransitionTime": rfc3339(900 * SECOND if young else 0)}
        resources = {"requests": {"cpu": request}} if request else {}
        status = {"phase": "Running", "startTime": rfc3339(899 * SECOND if young else 0), "conditions": [turn]}
        spec = {"containers": [{"name": "c", "resources": resources}]}
        found.append({"metadata": {"name": f"p{place}"}, "spec": spec, "status": status})
    return found


def scene(
    count: int, unready: int = 0, replicas: int | None = None, request: str | None = "1000m", **more: Any
) -> Scene:
    size = count if replicas is None else replicas
    return Scene(size, size, pods(count, unready, request), more.get("tolerances", Tolerances()), NOW)


def samples(*values: int, first: int = 0) -> dict[str, Sample]:
    return {f"p{first + place}": Sample(value, 999 * SECOND, 15 * SECOND) for place, value in enumerate(values)}


def test_scale_up_down_and_the_tolerance() -> None:
    found = by_utilization(scene(3), samples(300, 500, 700), 30, "cpu", "")
    assert (found.replicas, found.percent, found.usage) == (5, 50, 500)
    assert by_utilization(scene(5), samples(100, 300, 500, 250, 250), 50, "cpu", "").replicas == 3
    assert by_utilization(scene(3), samples(1010, 1030, 1020), 100, "cpu", "").replicas == 3
    tight = Tolerances(0.1, 0.01)
    assert by_utilization(scene(3, tolerances=tight), samples(1010, 1030, 1020), 100, "cpu", "").replicas == 4


def test_pods_that_start_count_as_idle_when_it_would_grow() -> None:
    assert by_utilization(scene(3, unready=1), samples(300, 500, 700), 30, "cpu", "").replicas == 4
    assert by_utilization(scene(3, unready=2), samples(400, 500, 700), 30, "cpu", "").replicas == 3
    with pytest.raises(MetricError, match="pods might be unready"):
        by_utilization(scene(2, unready=2), samples(1, 1), 30, "cpu", "")


def test_pods_without_metrics_count_against_the_change() -> None:
    assert by_utilization(scene(4), samples(100, 100, 100), 50, "cpu", "").replicas == 3
    assert by_utilization(scene(3), samples(1000, 1000), 50, "cpu", "").replicas == 4
    assert by_utilization(scene(3), samples(600, 600), 50, "cpu", "").replicas == 3


def test_it_needs_requests_and_pods() -> None:
    with pytest.raises(MetricError, match="missing request for cpu in container c of Pod p0"):
        by_utilization(scene(1, request=None), samples(1), 50, "cpu", "")
    with pytest.raises(MetricError, match=NO_PODS):
        by_utilization(scene(0), {}, 50, "cpu", "")
    with pytest.raises(MetricError, match="no metrics returned matched known pods"):
        by_utilization(scene(1), {"other": Sample(1)}, 50, "cpu", "")
    with pytest.raises(MetricError) as failure:
        by_average(scene(1), {}, 50)
    assert str(failure.value) == UNREADY


def test_averages() -> None:
    assert by_average(scene(3), samples(20_000, 10_000, 30_000), 15_000).replicas == 4
    assert by_average(scene(4), samples(12_000, 12_000, 12_000), 20_000).usage == 12_000
    assert by_average(scene(3, unready=1), samples(50_000, 10_000, 30_000), 15_000).replicas == 6


def test_one_value() -> None:
    assert by_value(scene(3), 20_000, 15_000).replicas == 4
    assert by_value(scene(3), 15_500, 15_000).replicas == 3
    assert by_value(scene(0), 45_000, 15_000).replicas == 3
    found = by_value_per_pod(scene(3), 8_600, 2_150)
    assert (found.replicas, found.usage) == (4, 2_867)
    assert by_value_per_pod(scene(0), 8_600, 2_150).replicas == 4
