"""Conditions and metrics of the status."""

from __future__ import annotations

from cluster_core.controllers.autoscaling.calculator import Proposal
from cluster_core.controllers.autoscaling.status import conditions_with, metric_status, status_of

SECOND = 1_000_000


def test_a_condition_turns_only_with_its_status() -> None:
    first = conditions_with([], "AbleToScale", True, "A", "a", 0)
    second = conditions_with(first, "AbleToScale", True, "B", "b", 60 * SECOND)
    assert (second[0]["reason"], second[0]["lastTransitionTime"]) == ("B", "2025-01-01T00:00:00Z")
    third = conditions_with(second, "AbleToScale", False, "C", "c", 60 * SECOND)
    assert third[0]["lastTransitionTime"] == "2025-01-01T00:01:00Z"
    assert len(conditions_with(third, "ScalingActive", True, "D", "d", 0)) == 2


def test_the_time_of_the_last_scaling_stays() -> None:
    old = status_of({}, 2, 4, [], [], 60 * SECOND)
    assert old["lastScaleTime"] == "2025-01-01T00:01:00Z"
    new = status_of(old, 0, 4, None, [], 0)
    assert new == {"lastScaleTime": "2025-01-01T00:01:00Z", "desiredReplicas": 4, "currentMetrics": None}


def test_every_kind_of_metric_is_told_by_its_source() -> None:
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 50}}}
    assert metric_status(cpu, Proposal(3, 1500, 75)) == {
        "type": "Resource",
        "resource": {"name": "cpu", "current": {"averageValue": "1500m", "averageUtilization": 75}},
    }
    queue = {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "30"}}}
    assert metric_status(queue, Proposal(3, 45_000))["external"] == {
        "metric": {"name": "q"},
        "current": {"value": "45"},
    }
