"""What a PodDisruptionBudget allows at the moment. Upstream: `pkg/controller/disruption/disruption.go` (updatePdbStatus, failSafe),
`k8s.io/component-helpers/apps/poddisruptionbudget`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.objects import condition, is_pod_ready, set_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.controllers.rollout import resolve

DELETION_TIMEOUT_US = 120_000_000
ALLOWED = "DisruptionAllowed"


@dataclass(slots=True)
class Disrupted:
    """Pods whose eviction was allowed and that have not begun to go (name → when); those that should have; µs until the next look."""

    pods: dict[str, str] = field(default_factory=dict)
    late: list[Obj] = field(default_factory=list)
    wait: int | None = None


def needs_scale(budget: Obj) -> bool:
    """Whether the pods' controllers have to be asked how many pods they want: not for a plain number that must be available."""
    spec = budget["spec"]
    return "maxUnavailable" in spec or isinstance(spec.get("minAvailable"), str)


def bounds(budget: Obj, pods: int, scale: int) -> tuple[int, int]:
    """(pods that are expected, pods that must be healthy). Shares are of what controllers want, rounded up."""
    spec = budget["spec"]
    if "maxUnavailable" in spec:
        return scale, max(0, scale - resolve(spec["maxUnavailable"], scale, round_up=True))
    least = spec.get("minAvailable")
    if least is None:
        return 0, 0
    if isinstance(least, int):
        return pods, least
    return scale, resolve(least, scale, round_up=True)


def disrupted(budget: Obj, pods: list[Obj], now: int) -> Disrupted:
    """What is left of the map of disrupted pods: pods that are there, are not being deleted, and have been given less than 2 minutes."""
    found, given = Disrupted(), budget.get("status", {}).get("disruptedPods") or {}
    for pod in pods:
        name = pod["metadata"]["name"]
        if name not in given or pod["metadata"].get("deletionTimestamp"):
            continue
        wait = parse(given[name]) + DELETION_TIMEOUT_US - now
        if wait < 0:
            found.late.append(pod)
            continue
        found.pods[name] = given[name]
        found.wait = wait if found.wait is None else min(found.wait, wait)
    return found


def healthy(pods: list[Obj], leaving: dict[str, str]) -> int:
    """Ready pods that are neither being deleted nor about to be."""
    return sum(
        is_pod_ready(pod) and not pod["metadata"].get("deletionTimestamp") and pod["metadata"]["name"] not in leaving
        for pod in pods
    )


def status_of(budget: Obj, counts: tuple[int, int, int], leaving: dict[str, str], now: int) -> Obj:
    """The status to write; `counts`: pods expected, pods that must be healthy, pods that are."""
    expected, desired, current = counts
    allowed = max(0, current - desired) if expected > 0 else 0
    generation = budget["metadata"].get("generation", 1)
    told = {"type": ALLOWED, "status": "True" if allowed else "False", "observedGeneration": generation, "message": ""}
    told["reason"] = "SufficientPods" if allowed else "InsufficientPods"
    return {
        "observedGeneration": generation,
        **({"disruptedPods": leaving} if leaving else {}),
        "disruptionsAllowed": allowed,
        "currentHealthy": current,
        "desiredHealthy": desired,
        "expectedPods": expected,
        "conditions": set_condition(budget.get("status", {}).get("conditions") or [], told, rfc3339(now)),
    }


def failed_status(budget: Obj, why: str, now: int) -> Obj:
    """Nothing may be disrupted while nobody knows what is wanted."""
    status = budget.get("status", {})
    told = {"type": ALLOWED, "status": "False", "reason": "SyncFailed", "message": why}
    told["observedGeneration"] = status.get("observedGeneration", 0)
    conditions = set_condition(status.get("conditions") or [], told, rfc3339(now))
    return {**status, "disruptionsAllowed": 0, "conditions": conditions}


def stale_after(pod: Obj, now: int) -> int | None:
    """How long (µs) until a pod's condition DisruptionTarget is stale: nobody has deleted it for 2 minutes. None: it will not be."""
    found = condition(pod, "DisruptionTarget")
    ended = pod.get("status", {}).get("phase") in ("Failed", "Succeeded")
    if found is None or found["status"] != "True" or ended or pod["metadata"].get("deletionTimestamp"):
        return None
    if found.get("reason") == "TerminationByKubelet":
        return None
    return max(0, parse(found["lastTransitionTime"]) + DELETION_TIMEOUT_US - now)
