"""Eviction: a deletion that asks the PodDisruptionBudget of a pod first. Upstream: `pkg/registry/core/pod/storage/eviction.go`.

A budget that allows it gives one disruption away, in a write of its own before that of the pod. Real Kubernetes also writes the
condition DisruptionTarget before the deletion; here both are one write.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.errors import ApiError, bad_request, conflict, forbidden, not_found, too_many_requests
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import is_pod_ready, pod_condition, set_condition, with_path
from cluster_core.api.request import Obj, Request
from cluster_core.api.selector import from_label_selector
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.deletion import delete
from cluster_core.apiserver.scale import decoded
from cluster_core.apiserver.watch_cache import WatchCache
from cluster_core.apiserver.write import Context, Write
from cluster_core.apiserver.write_options import DeleteOptions, delete_options

BUDGETS = "poddisruptionbudgets.policy"
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
TWO_BUDGETS = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
DISRUPTED_MAX = 2000
TRIES_MAX = 20
CREATED: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


@dataclass(slots=True)
class BudgetRequest(Request):
    """The write of a budget that the API server asks of itself; the eviction goes on when it is stored."""

    eviction: EvictionRequest | None = None


@dataclass(slots=True)
class EvictionRequest(Request):
    """An eviction whose budget has given a disruption away, after so many conflicts."""

    allowed: bool = False
    conflicts: int = 0


def first_write(request: Request, cache: WatchCache, server: str, now: int) -> BudgetRequest | None:
    """What has to be written before a pod is evicted; None if nothing has. Raises 429 when the budget does not allow it."""
    if request.subresource != "eviction" or request.resource != "pods" or request.verb != "create":
        return None
    if isinstance(request, EvictionRequest) and request.allowed:
        return None
    options = _options(request)
    pod = _pod(request, cache)
    budget = None if _is_free(pod) else _budget_of(pod, cache)
    if budget is None or _does_not_count(pod, budget):
        return None
    status = _after_one(budget, request.name, now)
    if options.dry_run:
        return None
    name, namespace = budget["metadata"]["name"], request.namespace
    write = BudgetRequest(
        0, server, "system:apiserver", "update", BUDGETS, namespace, name, {**budget, "status": status}
    )
    write.subresource, write.groups = "status", ("system:masters",)
    write.eviction = _again(request)
    return write


def evict(kind: Kind, request: Request, context: Context) -> Write:
    """Delete a pod for the sake of its node, with the condition that says so."""
    old, options = _pod(request, context.cache), _options(request)
    write = delete(kind, replace(request, verb="delete", subresource=""), context, options)
    write.answer, write.code, write.dry_run = CREATED, 201, options.dry_run
    if write.value is not None and not old["metadata"].get("deletionTimestamp"):
        because = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
        because["message"] = "Eviction API: evicting"
        told = pod_condition(old, because, rfc3339(context.now))
        conditions = set_condition(old.get("status", {}).get("conditions") or [], told, rfc3339(context.now))
        write.value = with_path(write.value, ("status", "conditions"), conditions)
    return write


def _again(request: Request) -> EvictionRequest:
    names = ("id", "source", "user", "verb", "resource", "namespace", "name", "body", "subresource", "options")
    given: dict[str, Any] = {name: getattr(request, name) for name in names}
    found = EvictionRequest(**given, version=request.version, groups=request.groups, impersonate=request.impersonate)
    found.allowed, found.conflicts = True, request.conflicts if isinstance(request, EvictionRequest) else 0
    return found


def _options(request: Request) -> DeleteOptions:
    """The delete options of an Eviction; those of the request and of the body must mean the same dry run."""
    body = decoded("Eviction", request)
    if (body.get("metadata") or {}).get("name", request.name) != request.name:
        raise bad_request("name in URL does not match name in Eviction object")
    given = body.get("deleteOptions") or {}
    return delete_options(replace(request, verb="delete", body=given))


def _pod(request: Request, cache: WatchCache) -> Obj:
    found = cache.get("pods", request.namespace, request.name)
    if found is None:
        raise not_found("pods", request.name)
    return found


def _is_free(pod: Obj) -> bool:
    """A pod that does not run (any more, or yet) is no disruption."""
    phase = pod.get("status", {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or bool(pod["metadata"].get("deletionTimestamp"))


def _budget_of(pod: Obj, cache: WatchCache) -> Obj | None:
    """The budget that selects a pod; one with an empty selector selects nothing."""
    meta, found = pod["metadata"], []
    for key, budget in sorted(cache.of(BUDGETS).items()):
        selector = from_label_selector(budget.get("spec", {}).get("selector"))
        same = key.startswith(f"{meta['namespace']}/")
        if same and selector.requirements and selector.matches(meta.get("labels") or {}):
            found.append(budget)
    if len(found) > 1:
        # Upstream answers so; it is no failure of the server.
        raise ApiError(500, "", TWO_BUDGETS)
    return found[0] if found else None


def _does_not_count(pod: Obj, budget: Obj) -> bool:
    """A pod that is not Ready takes nothing from a budget that has enough without it, or that always lets such pods go."""
    if is_pod_ready(pod):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status", {})
    return int(status.get("currentHealthy", 0)) >= int(status.get("desiredHealthy", 0)) > 0


def _after_one(budget: Obj, pod: str, now: int) -> Obj:
    """The status of a budget that has given one disruption away. Raises 429 or 403 if it cannot."""
    meta, status = budget["metadata"], budget.get("status", {})
    name, allowed = meta["name"], int(status.get("disruptionsAllowed", 0))
    if int(status.get("observedGeneration", 0)) < int(meta.get("generation", 0)):
        raise _refused(f"The disruption budget {name} is still being processed by the server.", 10)
    if allowed < 0:
        raise forbidden("poddisruptionbudget.policy", name, "pdb disruptions allowed is negative")
    disrupted = status.get("disruptedPods") or {}
    if len(disrupted) > DISRUPTED_MAX:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise forbidden("poddisruptionbudget.policy", name, why)
    if allowed == 0:
        needs, has = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        raise _refused(f"The disruption budget {name} needs {needs} healthy pods and has {has} currently", 0)
    new = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": {**disrupted, pod: rfc3339(now)}}
    if allowed == 1:
        none_left = {"type": "DisruptionAllowed", "status": "False", "reason": "InsufficientPods", "message": ""}
        none_left["observedGeneration"] = status.get("observedGeneration", 0)
        new["conditions"] = set_condition(status.get("conditions") or [], none_left, rfc3339(now))
    return new


def _refused(message: str, retry_after: int) -> ApiError:
    return too_many_requests(REFUSED, [{"reason": "DisruptionBudget", "message": message}], retry_after)


def too_many_conflicts(request: Request) -> ApiError:
    """409: others have changed the budget each time."""
    return conflict(BUDGETS, request.name)
