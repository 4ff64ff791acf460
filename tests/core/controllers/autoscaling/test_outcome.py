"""What a look comes to."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Response
from cluster_core.controllers.autoscaling.normalizing import Memory
from cluster_core.controllers.autoscaling.outcome import (
    Outcome,
    needs_metrics,
    outcome_of,
    tolerances_of,
    without_scale,
)

QUEUE = {
    "type": "External",
    "external": {"metric": {"name": "q"}, "target": {"type": "AverageValue", "averageValue": "10"}},
}
OTHER = {
    "type": "External",
    "external": {"metric": {"name": "r"}, "target": {"type": "AverageValue", "averageValue": "10"}},
}
NOBODY = Response(1, 503, {"reason": "ServiceUnavailable", "message": "nobody"})


def hpa(*metrics: dict[str, Any], least: int = 1) -> dict[str, Any]:
    return {
        "metadata": {"namespace": "default", "name": "web"},
        "spec": {"minReplicas": least, "maxReplicas": 6, "metrics": list(metrics)},
    }


def look(found: dict[str, Any], replicas: int, *answers: Response, problem: tuple[str, str] = ("", "")) -> Outcome:
    scale = {"spec": {"replicas": replicas}, "status": {"replicas": replicas}}
    return outcome_of(found, scale, [], list(answers), Memory(), 0, problem)


def value(text: str) -> Response:
    return Response(1, 200, {"items": [{"value": text}]})


def shown(outcome: Outcome) -> dict[str, tuple[str, str]]:
    return {one["type"]: (one["status"], one["reason"]) for one in outcome.conditions}


def test_the_greatest_proposal_wins() -> None:
    found = look(hpa(QUEUE, OTHER), 2, value("20"), value("35"))
    assert (found.wanted, found.desired, found.rescale) == (4, 4, True)
    assert found.reason == "external metric r(nil) above target"
    assert shown(found)["ScalingActive"] == ("True", "ValidMetricFound")


def test_with_a_failed_metric_only_growth_is_believed() -> None:
    grown = look(hpa(QUEUE, OTHER), 2, NOBODY, value("35"))
    assert (grown.desired, grown.failed) == (4, False)
    kept = look(hpa(QUEUE, OTHER), 3, NOBODY, value("5"))
    assert (kept.rescale, kept.failed) == (False, True)
    assert shown(kept)["ScalingActive"] == ("False", "FailedGetExternalMetric")
    assert kept.events[-1][1] == "FailedComputeMetricsReplicas"
    assert kept.events[-1][2].startswith(
        "invalid metrics (1 invalid out of 2), first error is: failed to get q external metric value"
    )
    assert kept.metrics is not None and kept.metrics[0] == {"type": ""}


def test_bounds_come_before_metrics() -> None:
    above, below = look(hpa(QUEUE), 9), look(hpa(QUEUE, least=3), 1)
    assert (above.desired, above.reason) == (6, "Current number of replicas above Spec.MaxReplicas")
    assert (below.desired, below.reason) == (3, "Current number of replicas below Spec.MinReplicas")
    off = look(hpa(QUEUE), 0)
    assert (off.rescale, shown(off)["ScalingActive"]) == (False, ("False", "ScalingDisabled"))
    assert [needs_metrics(hpa(QUEUE), size) for size in (0, 1, 6, 7)] == [False, True, True, False]


def test_a_selector_that_cannot_be_used() -> None:
    found = look(hpa(QUEUE), 2, problem=("SelectorRequired", "selector is required"))
    assert shown(found)["ScalingActive"] == ("False", "InvalidSelector")
    assert [event[1] for event in found.events] == ["SelectorRequired", "FailedComputeMetricsReplicas"]


def test_a_target_that_is_not_there() -> None:
    found = without_scale(hpa(QUEUE), 'deployments.apps "web" not found', 0)
    assert shown(found) == {"AbleToScale": ("False", "FailedGetScale")}
    assert found.conditions[0]["message"].endswith('current scale: deployments.apps "web" not found')


def test_tolerances() -> None:
    found = tolerances_of({"behavior": {"scaleUp": {"tolerance": "50m"}, "scaleDown": {}}})
    assert (found.up, found.down) == (0.05, 0.1)
