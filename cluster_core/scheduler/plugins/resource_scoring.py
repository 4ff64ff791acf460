"""Scores of what would be taken of a node's resources. Upstream: `plugins/noderesources/{resource_allocation,least_allocated,most_allocated,requested_to_capacity_ratio}.go`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import MAX_NODE_SCORE
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo

CUSTOM_SCORE_MAX = 10
DEFAULT_RESOURCES: list[Obj] = [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}]

Amount = tuple[int, int, int, int]
"""Of one resource: weight, taken already, taken with the pod, allocatable."""

Scorer = Callable[[int, int], int]
"""The score of (taken with the pod, allocatable) of one resource."""


def resource_specs(given: Any) -> list[tuple[str, int]]:
    """Resources with their weights; cpu and memory alike by default."""
    return [(one["name"], one.get("weight") or 1) for one in given or DEFAULT_RESOURCES]


def amounts(pod: PodInfo, node: NodeInfo, resources: list[tuple[str, int]], nonzero: bool) -> list[Amount]:
    """The resources that the node has; extended ones only if the pod asks for them.

    nonzero: cpu and memory of containers without requests count as 100 m and 200 MiB.
    """
    wanted, used = (pod.nonzero, node.nonzero) if nonzero else (pod.requests, node.requested)
    total, found = node.allocatable, []
    for name, weight in resources:
        if name == "cpu":
            asked, taken, capacity = wanted.cpu, used.cpu, total.cpu
        elif name == "memory":
            asked, taken, capacity = wanted.memory, used.memory, total.memory
        elif name == "ephemeral-storage":
            stored = node.requested.ephemeral_storage
            asked, taken, capacity = wanted.ephemeral_storage, stored, total.ephemeral_storage
        else:
            asked, capacity = wanted.scalar.get(name, 0), total.scalar.get(name, 0) if wanted.scalar.get(name) else 0
            taken = node.requested.scalar.get(name, 0)
        if capacity:
            found.append((weight, taken, taken + asked, capacity))
    return found


def least_allocated(taken: int, capacity: int) -> int:
    """What stays free."""
    return (capacity - taken) * MAX_NODE_SCORE // capacity if taken <= capacity else 0


def most_allocated(taken: int, capacity: int) -> int:
    """What is taken."""
    return min(taken, capacity) * MAX_NODE_SCORE // capacity


def weighted_mean(found: list[Amount], scorer: Scorer) -> int:
    """The mean score of the resources by their weights, rounded down."""
    total = weights = 0
    for weight, _, taken, capacity in found:
        total, weights = total + weight * scorer(taken, capacity), weights + weight
    return total // weights if weights else 0


def ratio_mean(found: list[Amount], shape: list[tuple[int, int]]) -> int:
    """RequestedToCapacityRatio: the mean of a broken line over the utilization, resources that score nothing left out, rounded."""
    total, weights = 0, 0
    for weight, _, taken, capacity in found:
        score = on_line(shape, taken * 100 // capacity if taken <= capacity else 100)
        if score > 0:
            total, weights = total + score * weight, weights + weight
    return int(total / weights + 0.5) if weights else 0


def read_shape(strategy: Obj) -> list[tuple[int, int]]:
    """The shape of a strategy, scores 0…10, as (utilization, score 0…100)."""
    points = (strategy.get("requestedToCapacityRatio") or {}).get("shape")
    if not points:
        raise ValueError("NodeResourcesFit.scoringStrategy.requestedToCapacityRatio: Required value")
    return [(one["utilization"], one["score"] * (MAX_NODE_SCORE // CUSTOM_SCORE_MAX)) for one in points]


def on_line(shape: list[tuple[int, int]], utilization: int) -> int:
    """The score at a utilization: straight between two points, level outside them."""
    before = shape[0]
    for at, score in shape:
        if utilization <= at:
            if (at, score) == shape[0]:
                return score
            return before[1] + divided((score - before[1]) * (utilization - before[0]), at - before[0])
        before = (at, score)
    return before[1]


def divided(number: int, by: int) -> int:
    """A quotient as Go has it: towards zero."""
    quotient = abs(number) // by
    return quotient if number >= 0 else -quotient
