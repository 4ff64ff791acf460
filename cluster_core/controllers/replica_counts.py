"""How many pods a ReplicaSet has, and its status. Upstream: `pkg/controller/replicaset/replica_set_utils.go` (calculateStatus)."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.objects import (
    condition,
    is_pod_active,
    is_pod_available,
    is_pod_ready,
    is_pod_terminating,
)
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.client.owned_pods import Labels, Owned

REPLICA_FAILURE = "ReplicaFailure"


@dataclass(slots=True)
class Counts:
    """Pods of an owner: active ones, those with the template's labels, Ready, available, on their way out; µs until another is
    available."""

    active: int
    labeled: int
    ready: int
    available: int
    terminating: int
    soonest_available: int | None = None


def tallied(owner: Obj, groups: dict[Labels, Owned]) -> Counts:
    """Counts without looking at a pod: every Ready pod is available when minReadySeconds is 0."""
    wanted = _template_labels(owner).items()
    ready = sum(group.ready for group in groups.values())
    labeled = sum(group.active for labels, group in groups.items() if wanted <= dict(labels).items())
    terminating = sum(group.terminating for group in groups.values())
    return Counts(sum(group.active for group in groups.values()), labeled, ready, ready, terminating)


def counted(owner: Obj, pods: list[Obj], now: int) -> Counts:
    """Counts of the pods one by one, and when the next of them becomes available (µs from now)."""
    min_ready = owner["spec"].get("minReadySeconds", 0) * 1_000_000
    active = [pod for pod in pods if is_pod_active(pod)]
    wanted = _template_labels(owner).items()
    ready = [pod for pod in active if is_pod_ready(pod)]
    return Counts(
        len(active),
        sum(wanted <= (pod["metadata"].get("labels") or {}).items() for pod in active),
        len(ready),
        sum(is_pod_available(pod, min_ready, now) for pod in ready),
        sum(is_pod_terminating(pod) for pod in pods),
        _soonest_available(pods, min_ready, now),
    )


def _soonest_available(pods: list[Obj], min_ready: int, now: int) -> int | None:
    if not min_ready:
        return None
    waits = [
        parse(found["lastTransitionTime"]) + min_ready - now
        for pod in pods
        if is_pod_ready(pod) and (found := condition(pod, "Ready")) is not None
    ]
    return min((wait for wait in waits if wait > 0), default=None)


def status_of(owner: Obj, counts: Counts, failure: tuple[str, str] | None, now: int) -> Obj:
    """The status to write; `failure` is the reason and message of the turn's first failure."""
    told = {
        "fullyLabeledReplicas": counts.labeled,
        "readyReplicas": counts.ready,
        "availableReplicas": counts.available,
    }
    status: Obj = {"replicas": counts.active, **{name: count for name, count in told.items() if count}}
    if owner["kind"] == "ReplicaSet":
        status["terminatingReplicas"] = counts.terminating
    status["observedGeneration"] = owner["metadata"].get("generation", 1)
    conditions = _conditions(owner, failure, now)
    return {**status, "conditions": conditions} if conditions else status


def _conditions(owner: Obj, failure: tuple[str, str] | None, now: int) -> list[Obj]:
    """ReplicaFailure from the first failure on, as long as turns fail."""
    there: list[Obj] = owner.get("status", {}).get("conditions") or []
    if failure is None:
        return [found for found in there if found["type"] != REPLICA_FAILURE]
    if any(found["type"] == REPLICA_FAILURE for found in there):
        return there
    reason, message = failure
    told = {"type": REPLICA_FAILURE, "status": "True", "lastTransitionTime": rfc3339(now)}
    return [*there, {**told, "reason": reason, "message": message}]


def _template_labels(owner: Obj) -> dict[str, str]:
    return (owner["spec"].get("template", {}).get("metadata") or {}).get("labels") or {}
