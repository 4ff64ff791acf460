"""Scores of what would be taken."""

from __future__ import annotations

import pytest

from cluster_core.scheduler.plugins.resource_scoring import (
    amounts,
    divided,
    least_allocated,
    most_allocated,
    on_line,
    ratio_mean,
    read_shape,
    resource_specs,
    weighted_mean,
)
from tests.core.scheduler.machines import node, pod

POINTS = [{"utilization": 0, "score": 10}, {"utilization": 50, "score": 3}, {"utilization": 100, "score": 8}]
SHAPE = read_shape({"requestedToCapacityRatio": {"shape": POINTS}})


def test_resources_are_those_of_the_configuration_that_the_node_has() -> None:
    there = node(cpu="4", memory="8Gi", extended={"example.com/gpu": "4"})
    there.add_pod(pod("other", requests={"cpu": "1", "example.com/gpu": "1"}))
    specs = resource_specs([{"name": "cpu", "weight": 3}, {"name": "example.com/gpu"}, {"name": "absent"}])
    wants = pod(requests={"cpu": "500m", "example.com/gpu": "2"})
    assert amounts(wants, there, specs, nonzero=False) == [(3, 1000, 1500, 4000), (1, 1, 3, 4)]
    assert amounts(pod(cpu="1"), there, specs, nonzero=False) == [(3, 1000, 2000, 4000)]
    idle = pod("idle", requests={})
    assert amounts(idle, there, resource_specs(None), nonzero=True)[0] == (1, 1000, 1100, 4000)


def test_free_and_taken_shares() -> None:
    assert [least_allocated(taken, 8) for taken in (0, 2, 8, 9)] == [100, 75, 0, 0]
    assert [most_allocated(taken, 8) for taken in (0, 2, 8, 9)] == [0, 25, 100, 100]
    assert weighted_mean([(3, 0, 2, 8), (1, 0, 8, 8)], least_allocated) == 56
    assert weighted_mean([], least_allocated) == 0


@pytest.mark.parametrize(("utilization", "score"), [(0, 100), (25, 65), (50, 30), (60, 40), (100, 80)])
def test_a_line_between_points(utilization: int, score: int) -> None:
    assert on_line(SHAPE, utilization) == score


def test_the_mean_of_a_ratio_leaves_what_scores_nothing_out() -> None:
    rising = read_shape({"requestedToCapacityRatio": {"shape": [POINTS[0] | {"score": 0}, POINTS[2] | {"score": 10}]}})
    assert ratio_mean([(1, 0, 2, 8), (1, 0, 9, 8), (5, 0, 0, 8)], rising) == 63
    assert ratio_mean([], rising) == 0


def test_a_ratio_needs_a_shape() -> None:
    with pytest.raises(ValueError, match="requestedToCapacityRatio: Required value"):
        read_shape({"type": "RequestedToCapacityRatio"})


def test_quotients_go_towards_zero() -> None:
    assert [divided(number, 2) for number in (3, -3, -1)] == [1, -1, 0]
