"""Counts in the status of workloads. Upstream: `ValidateDeploymentStatus` and its likes in `pkg/apis/apps/validation`."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import non_negative
from cluster_core.api.request import Obj

PARTS = ("fullyLabeledReplicas", "updatedReplicas", "readyReplicas", "currentReplicas", "availableReplicas")


def validate_replica_status(status: Obj, counts: tuple[str, ...], ready: str = "readyReplicas") -> list[Cause]:
    """No count below zero; no part above the whole. `ready` is what upstream calls the ready ones."""
    causes = [cause for field in counts for cause in non_negative(status.get(field), f"status.{field}")]
    replicas = status.get("replicas") or 0
    causes += [
        Cause(f"status.{field}", "Invalid", "cannot be greater than status.replicas", status.get(field) or 0)
        for field in PARTS
        if field in counts and (status.get(field) or 0) > replicas
    ]
    available = status.get("availableReplicas") or 0
    if available > (status.get("readyReplicas") or 0):
        causes.append(Cause("status.availableReplicas", "Invalid", f"cannot be greater than {ready}", available))
    return causes


def validate_collisions(new: Obj, old: Obj) -> list[Cause]:
    """The number of hash collisions only grows."""
    before, now = old.get("collisionCount"), new.get("collisionCount")
    if before is None or (now is not None and now >= before):
        return []
    return [Cause("status.collisionCount", "Invalid", "cannot be decremented", now or 0)]
