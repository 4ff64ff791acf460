"""Status of a Deployment: counts over its ReplicaSets, conditions Available, Progressing and ReplicaFailure.

Upstream: `pkg/controller/deployment/{sync,progress}.go`. A condition whose status and reason stay the same is left alone.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.controllers.rollout import budget
from cluster_core.sim.kernel import US_PER_SECOND

AVAILABLE, PROGRESSING, REPLICA_FAILURE = "Available", "Progressing", "ReplicaFailure"
COUNTS = (
    ("replicas", "replicas"),
    ("readyReplicas", "readyReplicas"),
    ("availableReplicas", "availableReplicas"),
    ("terminatingReplicas", "terminatingReplicas"),
)


def counted(deployment: Obj, replicasets: list[Obj], new: Obj | None, conditions: list[Obj], now: int) -> Obj:
    """The status by what the ReplicaSets report; `conditions` are those so far, with Available judged anew."""
    counts = {name: sum(_count(found, field) for found in replicasets) for name, field in COUNTS}
    counts["updatedReplicas"] = _count(new, "replicas") if new is not None else 0
    wanted = sum(found["spec"]["replicas"] for found in replicasets)
    counts["unavailableReplicas"] = max(0, wanted - counts["availableReplicas"])
    status: Obj = {"observedGeneration": deployment["metadata"].get("generation", 1)}
    status |= {name: count for name, count in counts.items() if count or name == "terminatingReplicas"}
    if "collisionCount" in deployment.get("status", {}):
        status["collisionCount"] = deployment["status"]["collisionCount"]
    enough = counts["availableReplicas"] >= budget(deployment).min_available
    status["conditions"] = with_condition(conditions, _available(enough, now))
    return status


def progressed(deployment: Obj, replicasets: list[Obj], new: Obj | None, status: Obj, now: int) -> Obj:
    """The status with the conditions of a rollout: how far it is, whether it is late, whether pods cannot be made."""
    conditions = status["conditions"]
    known = find(conditions, PROGRESSING)
    done = known is not None and known["reason"] == "NewReplicaSetAvailable"
    if not has_deadline(deployment):
        conditions = [found for found in conditions if found["type"] != PROGRESSING]
    elif not (done and status.get("replicas", 0) == status.get("updatedReplicas", 0)):
        conditions = _judge(deployment, new, {**status, "conditions": conditions}, known, now)
    failure = _failure(replicasets, new)
    if failure is None:
        conditions = [found for found in conditions if found["type"] != REPLICA_FAILURE]
    else:
        conditions = with_condition(conditions, failure)
    return {**status, "conditions": conditions}


def is_complete(deployment: Obj, status: Obj) -> bool:
    """Every wanted pod is of the new template and available, and nothing else is left."""
    desired = deployment["spec"]["replicas"]
    counts = (status.get("updatedReplicas", 0), status.get("replicas", 0), status.get("availableReplicas", 0))
    seen = status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 1)
    return bool(counts == (desired, desired, desired) and seen)


def pause_conditions(deployment: Obj, now: int) -> list[Obj]:
    """The conditions so far; Progressing is Unknown from a pause on until a resumed rollout moves."""
    conditions: list[Obj] = list(deployment.get("status", {}).get("conditions") or ())
    known = find(conditions, PROGRESSING)
    if not has_deadline(deployment) or (known is not None and known["reason"] == "ProgressDeadlineExceeded"):
        return conditions
    told, paused = known is not None and known["reason"] == "DeploymentPaused", bool(deployment["spec"].get("paused"))
    if paused and not told:
        return with_condition(conditions, progressing("Unknown", "DeploymentPaused", "Deployment is paused", now))
    if told and not paused:
        return with_condition(conditions, progressing("Unknown", "DeploymentResumed", "Deployment is resumed", now))
    return conditions


def late_after(deployment: Obj, status: Obj, now: int) -> int | None:
    """When (µs from now) to look whether the rollout is late; None if it is over, or late already."""
    known = find(status["conditions"], PROGRESSING)
    if not has_deadline(deployment) or known is None:
        return None
    if is_complete(deployment, status) or known["reason"] == "ProgressDeadlineExceeded":
        return None
    left = parse(known["lastUpdateTime"]) + _deadline(deployment) - now
    return max(left, 0) + US_PER_SECOND


def progressing(status: str, reason: str, message: str, now: int) -> Obj:
    """A condition Progressing."""
    return _condition(PROGRESSING, status, reason, message, now)


def with_condition(conditions: list[Obj], new: Obj) -> list[Obj]:
    """The conditions with one told: as they are if its status and reason are known, else with it at the end."""
    known = find(conditions, new["type"])
    if known is not None and (known["status"], known["reason"]) == (new["status"], new["reason"]):
        return conditions
    if known is not None and known["status"] == new["status"]:
        new = {**new, "lastTransitionTime": known["lastTransitionTime"]}
    return [*(found for found in conditions if found["type"] != new["type"]), new]


def find(conditions: list[Obj], kind: str) -> Obj | None:
    """The condition of a type."""
    return condition({"status": {"conditions": conditions}}, kind)


def has_deadline(deployment: Obj) -> bool:
    """Whether the rollout is watched: a deadline of the largest number means none."""
    seconds = deployment["spec"].get("progressDeadlineSeconds")
    return seconds is not None and seconds != 2**31 - 1


def _judge(deployment: Obj, new: Obj | None, status: Obj, known: Obj | None, now: int) -> list[Obj]:
    conditions: list[Obj] = status["conditions"]
    what = (
        f'ReplicaSet "{new["metadata"]["name"]}"'
        if new is not None
        else f'Deployment "{deployment["metadata"]["name"]}"'
    )
    if is_complete(deployment, status):
        done = progressing("True", "NewReplicaSetAvailable", f"{what} has successfully progressed.", now)
        return with_condition(conditions, done)
    if _moved(deployment.get("status", {}), status):
        moving = progressing("True", "ReplicaSetUpdated", f"{what} is progressing.", now)
        if known is not None and known["status"] == "True":
            moving["lastTransitionTime"] = known["lastTransitionTime"]
        return [*(found for found in conditions if found["type"] != PROGRESSING), moving]
    if known is not None and _timed_out(deployment, known, now):
        late = progressing("False", "ProgressDeadlineExceeded", f"{what} has timed out progressing.", now)
        return with_condition(conditions, late)
    return conditions


def _moved(before: Obj, after: Obj) -> bool:
    def old_pods(status: Obj) -> int:
        return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))

    grew = any(
        after.get(name, 0) > before.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    return grew or old_pods(after) < old_pods(before)


def _timed_out(deployment: Obj, known: Obj, now: int) -> bool:
    if known["reason"] in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded"):
        return bool(known["reason"] == "ProgressDeadlineExceeded")
    return bool(parse(known["lastUpdateTime"]) + _deadline(deployment) < now)


def _deadline(deployment: Obj) -> int:
    return int(deployment["spec"]["progressDeadlineSeconds"]) * US_PER_SECOND


def _failure(replicasets: list[Obj], new: Obj | None) -> Obj | None:
    """The ReplicaFailure of the new ReplicaSet, else of any other, in a Deployment's form."""
    ordered = [*([new] if new is not None else []), *(found for found in replicasets if found is not new)]
    for found in ordered:
        failed = condition(found, REPLICA_FAILURE)
        if failed is not None:
            return {**failed, "lastUpdateTime": failed["lastTransitionTime"]}
    return None


def _available(enough: bool, now: int) -> Obj:
    if enough:
        return _condition(AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
    words = "Deployment does not have minimum availability."
    return _condition(AVAILABLE, "False", "MinimumReplicasUnavailable", words, now)


def _condition(kind: str, status: str, reason: str, message: str, now: int) -> Obj:
    at = rfc3339(now)
    words: dict[str, Any] = {"type": kind, "status": status, "lastUpdateTime": at, "lastTransitionTime": at}
    return {**words, "reason": reason, "message": message}


def _count(replicaset: Obj, field: str) -> int:
    return int(replicaset.get("status", {}).get(field, 0))
