"""The last status of a pod that was deleted: containers that never ran, or of which nothing is known, count as failed.

Upstream: `pkg/kubelet/status/status_manager.go` (TerminatePod, hasPodInitialized, initializedContainers).
"""

from __future__ import annotations

from cluster_core.api.request import Obj

UNKNOWN: Obj = {
    "terminated": {
        "exitCode": 137,
        "reason": "ContainerStatusUnknown",
        "message": "The container could not be located when the pod was terminated",
        "startedAt": None,
        "finishedAt": None,
    }
}


def with_ends(status: Obj, initialized: bool) -> Obj:
    """The status of an ended pod with an end for each of its containers; `initialized`: its init containers have done their work."""
    found = dict(status)
    if initialized:
        found["containerStatuses"] = [_ended(one) for one in status["containerStatuses"]]
    inits = status.get("initContainerStatuses")
    if inits:
        begun = max((number for number, one in enumerate(inits) if _has_begun(one)), default=0)
        found["initContainerStatuses"] = [*(_ended(one) for one in inits[: begun + 1]), *inits[begun + 1 :]]
    return found


def _has_begun(told: Obj) -> bool:
    return "waiting" not in told["state"] or "terminated" in told["lastState"]


def _ended(told: Obj) -> Obj:
    """A container status with an end, if only one that nobody knows anything of."""
    return told if "terminated" in told["state"] else {**told, "state": UNKNOWN}
