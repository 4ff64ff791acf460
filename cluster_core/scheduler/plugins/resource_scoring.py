"""Scores of what would be taken of a node's resources. Upstream: `plugins/noderesources/{resource_allocation,least_allocated,most_allocated,requested_to_capacity_ratio}.go`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import MAX_NODE_SCORE
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.requests import Requests

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
    found = []
    for name, weight in resources:
        asked, capacity = _of(wanted, name), _of(node.allocatable, name)
        if not capacity or (not asked and name not in ("cpu", "memory", "ephemeral-storage")):
            continue
        taken = _of(used if name in ("cpu", "memory") else node.requested, name)
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
    weights = sum(weight for weight, *_ in found)
    return sum(weight * scorer(taken, capacity) for weight, _, taken, capacity in found) // weights if weights else 0


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


def _of(requests: Requests, name: str) -> int:
    if name == "cpu":
        return requests.cpu
    if name == "memory":
        return requests.memory
    if name == "ephemeral-storage":
        return requests.ephemeral_storage
    return requests.scalar.get(name, 0)
