"""Which pods a ReplicaSet gives up first. Upstream: `ActivePodsWithRanks` in `pkg/controller/controller_utils.go`."""

from __future__ import annotations

from functools import cmp_to_key
from math import log2

from cluster_core.api.objects import condition, is_pod_active
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def rank(pods: list[Obj], on_node: dict[str, int], now: int) -> list[Obj]:
    """Pods in the order in which they are given up; `on_node`: how many related pods each node has (the fuller goes first).

    Ages are compared by magnitude only (log2), so that not always the same rollout's pods go; the uid decides among equals.
    """

    def compare(left: Obj, right: Obj) -> int:
        ahead, behind = _urgency(left, on_node), _urgency(right, on_node)
        if ahead != behind:
            return -1 if ahead < behind else 1
        return _by_age(left, right, now)

    return sorted(pods, key=cmp_to_key(compare))


def on_nodes(pods: list[Obj]) -> dict[str, int]:
    """How many of the active pods are on each node."""
    counts: dict[str, int] = {}
    for pod in pods:
        if is_pod_active(pod):
            node = pod["spec"].get("nodeName", "")
            counts[node] = counts.get(node, 0) + 1
    return counts


def deletion_cost(pod: Obj) -> int:
    """The annotation pod-deletion-cost, 0 if it is missing or not a number."""
    text = (pod["metadata"].get("annotations") or {}).get(DELETION_COST, "0")
    try:
        return int(text)
    except ValueError:
        return 0


def _urgency(pod: Obj, on_node: dict[str, int]) -> tuple[bool, int, bool, int, int]:
    node = pod["spec"].get("nodeName", "")
    phase = PHASES.get(pod.get("status", {}).get("phase", "Pending"), 0)
    return (bool(node), phase, _ready_since(pod) is not None, deletion_cost(pod), -on_node.get(node, 0))


def _by_age(left: Obj, right: Obj, now: int) -> int:
    ready = (_ready_since(left) or 0, _ready_since(right) or 0)
    if ready[0] != ready[1]:
        return _younger(ready[0], ready[1], now) or _by_uid(left, right)
    restarts = (_restarts(left), _restarts(right))
    if restarts[0] != restarts[1]:
        return -1 if restarts[0] > restarts[1] else 1
    made = (parse(left["metadata"]["creationTimestamp"]), parse(right["metadata"]["creationTimestamp"]))
    if made[0] != made[1]:
        return _younger(made[0], made[1], now) or _by_uid(left, right)
    return _by_uid(left, right)


def _younger(left: int, right: int, now: int) -> int:
    return _magnitude(now - left) - _magnitude(now - right)


def _magnitude(age: int) -> int:
    return int(log2(age * 1000)) if age > 0 else -1


def _by_uid(left: Obj, right: Obj) -> int:
    return -1 if str(left["metadata"]["uid"]) < str(right["metadata"]["uid"]) else 1


def _ready_since(pod: Obj) -> int | None:
    ready = condition(pod, "Ready")
    return parse(ready["lastTransitionTime"]) if ready is not None and ready["status"] == "True" else None


def _restarts(pod: Obj) -> int:
    return max(
        (int(one.get("restartCount", 0)) for one in pod.get("status", {}).get("containerStatuses") or ()), default=0
    )
