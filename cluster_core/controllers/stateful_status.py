"""How many pods a StatefulSet has, of which revision. Upstream: `stateful_set_control.go` (updateStatus), `stateful_set_utils.go`."""

from __future__ import annotations

from cluster_core.api.objects import is_pod_available, is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.controllers.stateful_identity import revision_of
from cluster_core.controllers.stateful_revisions import Revisions

SECOND = 1_000_000
COMPARED = (
    "replicas",
    "currentReplicas",
    "readyReplicas",
    "updatedReplicas",
    "availableReplicas",
    "currentRevision",
    "updateRevision",
)


def phase(pod: Obj) -> str:
    """The phase of a pod; "" for one that has not been created yet."""
    return str(pod.get("status", {}).get("phase", ""))


def is_terminating(pod: Obj) -> bool:
    """Being deleted."""
    return bool(pod["metadata"].get("deletionTimestamp"))


def is_running_and_ready(pod: Obj) -> bool:
    """Running, and its condition Ready is True."""
    return phase(pod) == "Running" and is_pod_ready(pod)


def is_available(pod: Obj, owner: Obj, now: int) -> bool:
    """Ready for minReadySeconds."""
    return is_pod_available(pod, int(owner["spec"].get("minReadySeconds") or 0) * SECOND, now)


def status_of(owner: Obj, pods: list[Obj], revisions: Revisions, replaced: int, now: int) -> Obj:
    """The status to write; `replaced` is how many pods of this turn were deleted for the update."""
    created = [pod for pod in pods if phase(pod)]
    ready = [pod for pod in created if is_running_and_ready(pod)]
    staying = [revision_of(pod) for pod in created if not is_terminating(pod)]
    current, update = (one["metadata"]["name"] for one in (revisions.current, revisions.update))
    counts = {
        "readyReplicas": len(ready),
        "currentReplicas": staying.count(current) - replaced,
        "updatedReplicas": staying.count(update),
    }
    status: Obj = {
        "observedGeneration": owner["metadata"].get("generation", 1),
        "replicas": len(created),
        "currentRevision": current,
        "updateRevision": update,
        "collisionCount": revisions.collisions,
        "availableReplicas": sum(is_available(pod, owner, now) for pod in ready),
    }
    return _completed(owner, {**status, **{name: count for name, count in counts.items() if count}})


def is_news(owner: Obj, status: Obj) -> bool:
    """Whether a status says anything that the stored one does not."""
    before = owner.get("status", {})
    if status["observedGeneration"] > before.get("observedGeneration", 0):
        return True
    return any(status.get(name, 0) != before.get(name, 0) for name in COMPARED)


def _completed(owner: Obj, status: Obj) -> Obj:
    """When every pod is of the update revision, that is the current one."""
    wanted = owner["spec"]["replicas"]
    counts = {status.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "replicas")}
    if owner["spec"]["updateStrategy"]["type"] != "RollingUpdate" or counts != {wanted}:
        return status
    done = {**status, "currentRevision": status["updateRevision"]}
    return {**done, "currentReplicas": wanted} if wanted else done
