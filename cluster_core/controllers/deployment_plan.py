"""What a Deployment does next, as a pure function of what its controller sees. Upstream: `deployment/{sync,rolling,recreate}.go`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Decision, Plan
from cluster_core.controllers import deployment_status as report
from cluster_core.controllers import revision
from cluster_core.controllers.revision import DESIRED, MAX, REVISION
from cluster_core.controllers.rollout import Budget, Share, budget, new_size, removable, scale_proportionally

REPLICASETS = "replicasets.apps"


@dataclass(slots=True)
class Observed:
    """A Deployment and its ReplicaSets: the one of the current template, and the others, oldest first.

    `collision`: another object has the name of the ReplicaSet to be made; `failure`: why the last try to make it failed.
    """

    deployment: Obj
    new: Obj | None
    old: list[Obj]
    old_pods_left: bool = False
    collision: bool = False
    failure: str = ""
    now: int = 0
    scaled: dict[str, int] = field(default_factory=dict)
    conditions: list[Obj] = field(default_factory=list)

    @property
    def all(self) -> list[Obj]:
        """Every ReplicaSet, the new one last."""
        return [*self.old, *([self.new] if self.new is not None else [])]

    @property
    def limits(self) -> Budget:
        """How many pods the strategy allows."""
        return budget(self.deployment)

    def size(self, replicaset: Obj) -> int:
        """Wanted replicas, with what this turn has decided."""
        return int(self.scaled.get(replicaset["metadata"]["name"], replicaset["spec"]["replicas"]))

    def total(self, replicasets: Iterable[Obj]) -> int:
        """The sum of their wanted replicas."""
        return sum(self.size(found) for found in replicasets)


def plan(observed: Observed) -> Plan:
    """Decide one turn."""
    result = Plan()
    deployment = observed.deployment
    observed.conditions = report.pause_conditions(deployment, observed.now)
    if deployment["metadata"].get("deletionTimestamp"):
        _report(observed, result, is_rollout=False)
    elif deployment["spec"].get("paused") or _was_scaled(observed):
        _note_revision(observed, result)
        _share_out(observed, result)
        if deployment["spec"].get("paused"):
            _clean_up(observed, result)
        _report(observed, result, is_rollout=False)
    else:
        _roll_out(observed, result)
    return result


def _roll_out(observed: Observed, result: Plan) -> None:
    if observed.deployment["spec"]["strategy"]["type"] == "Recreate":
        _recreate(observed, result)
    elif _ensure_new(observed, result) and not _grow(observed, result):
        _shrink(observed, result)
    if not observed.scaled and report.is_complete(observed.deployment, observed.deployment.get("status", {})):
        _clean_up(observed, result)
    _report(observed, result, is_rollout=True)


def _was_scaled(observed: Observed) -> bool:
    """Whether the Deployment itself was scaled since its active ReplicaSets were sized."""
    desired = str(observed.deployment["spec"]["replicas"])
    told = [_annotations(found).get(DESIRED) for found in observed.all if found["spec"]["replicas"] > 0]
    return any(value is not None and value != desired for value in told)


def _ensure_new(observed: Observed, result: Plan) -> bool:
    """Make the ReplicaSet of the template, or bring its revision up to date. False if its name is taken."""
    if observed.new is not None:
        _note_revision(observed, result)
        return True
    if observed.collision:
        count = observed.deployment.get("status", {}).get("collisionCount", 0) + 1
        result.decisions.append(Decision("deployment.hash-collision", {"count": count}))
        result.stages.append([_patch(observed.deployment, "deployments.apps", {"status": {"collisionCount": count}})])
        return False
    if observed.failure:
        _tell(observed, "False", "ReplicaSetCreateError", observed.failure)
        _report(observed, result, is_rollout=False)
    _create_new(observed, result)
    return True


def _create_new(observed: Observed, result: Plan) -> None:
    deployment, limits = observed.deployment, observed.limits
    size = new_size(limits, 0, observed.total(observed.old))
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        size = limits.desired
    body = revision.new_replicaset(deployment, size, revision.next_revision(observed.old), limits.max_total)
    meta = body["metadata"]
    options = {"scaled": (0, size)} if size else {}
    result.stages.append([Action("create", REPLICASETS, meta["namespace"], body=body, options=options)])
    result.decisions.append(Decision("deployment.new-replicaset", {"replicaset": meta["name"], "to": size}))
    # Upstream writes DeploymentResumed first; its next status write of the same turn conflicts, so this word is never told then.
    if observed.conditions == list(deployment.get("status", {}).get("conditions") or ()):
        _tell(observed, "True", "NewReplicaSetCreated", f'Created new replica set "{meta["name"]}"')
    _number(observed, result, meta["annotations"][REVISION])
    observed.new = body


def _note_revision(observed: Observed, result: Plan) -> None:
    """The new ReplicaSet gets the Deployment's annotations and a number above all others; the Deployment shows the number."""
    new, spec = observed.new, observed.deployment["spec"]
    if new is None:
        return
    wanted = revision.renewed_annotations(observed.deployment, new, revision.next_revision(observed.old))
    wait = spec.get("minReadySeconds", 0)
    if wanted != _annotations(new) or new["spec"].get("minReadySeconds", 0) != wait:
        body = {"metadata": {"annotations": wanted}, "spec": {"minReadySeconds": wait or None}}
        result.stages.append([_patch(new, REPLICASETS, body)])
    if report.find(observed.conditions, report.PROGRESSING) is None:
        _tell(observed, "True", "FoundNewReplicaSet", f'Found new replica set "{new["metadata"]["name"]}"')
    _number(observed, result, wanted.get(REVISION, ""))


def _number(observed: Observed, result: Plan, number: str) -> None:
    if number and _annotations(observed.deployment).get(REVISION) != number:
        body = {"metadata": {"annotations": {REVISION: number}}}
        result.stages.append([_patch(observed.deployment, "deployments.apps", body)])


def _share_out(observed: Observed, result: Plan) -> None:
    """The Deployment was scaled, maybe in mid-rollout: the only ReplicaSet takes it all, several take their share."""
    only, desired = _active_or_latest(observed), observed.limits.desired
    if only is not None:
        _scale(observed, result, only, desired)
    elif _is_saturated(observed):
        for found in observed.old:
            _scale(observed, result, found, 0)
    elif observed.deployment["spec"]["strategy"]["type"] == "RollingUpdate":
        _share_among(observed, result)


def _share_among(observed: Observed, result: Plan) -> None:
    active, limits = [found for found in observed.all if found["spec"]["replicas"] > 0], observed.limits
    allowed = limits.max_total if limits.desired > 0 else 0
    active.sort(key=_age, reverse=allowed > observed.total(active))
    active.sort(key=lambda found: -int(found["spec"]["replicas"]))
    fallback = observed.deployment.get("status", {}).get("replicas", 0)
    shares = [Share(found["spec"]["replicas"], int(_annotations(found).get(MAX, 0)) or fallback) for found in active]
    for found, size in zip(active, scale_proportionally(shares, limits), strict=True):
        _scale(observed, result, found, size, note=True)


def _active_or_latest(observed: Observed) -> Obj | None:
    active = [found for found in observed.all if found["spec"]["replicas"] > 0]
    if len(active) > 1:
        return None
    if active:
        return active[0]
    return observed.new if observed.new is not None else (observed.old[-1] if observed.old else None)


def _is_saturated(observed: Observed) -> bool:
    """The new ReplicaSet has all the pods that are wanted, and they are available."""
    new, desired = observed.new, observed.limits.desired
    if new is None:
        return False
    told = _annotations(new).get(DESIRED)
    return told == str(desired) == str(new["spec"]["replicas"]) and _available(new) == desired


def _grow(observed: Observed, result: Plan) -> bool:
    """Move the new ReplicaSet towards the desired size. True if it did."""
    new, limits = observed.new, observed.limits
    assert new is not None
    size = observed.size(new)
    total = observed.total(observed.all)
    wanted = limits.desired if size > limits.desired else new_size(limits, size, total)
    if size == limits.desired or "uid" not in new["metadata"]:
        return False
    if wanted != size:
        _scale(observed, result, new, wanted)
        return True
    result.decisions.append(Decision("deployment.cannot-add", {"total": total, "max": limits.max_total}, taken=False))
    return False


def _shrink(observed: Observed, result: Plan) -> None:
    """Give up old pods: first those that are not available anyway, then as many as availability allows."""
    new, limits = observed.new, observed.limits
    assert new is not None
    if not observed.total(observed.old):
        return
    most = removable(limits, observed.total(observed.all), observed.size(new) - _available(new))
    if most > 0 and _give_up_unhealthy(observed, result, most):
        _give_up_available(observed, result)
    if not observed.scaled:
        available = sum(_available(found) for found in observed.all)
        facts = {"available": available, "min": limits.min_available}
        result.decisions.append(Decision("deployment.cannot-remove", facts, taken=False))


def _give_up_unhealthy(observed: Observed, result: Plan, most: int) -> bool:
    """False if a ReplicaSet has not told yet what became of its last scaling: more of it are available than it is to have."""
    for found in observed.old:
        if most <= 0:
            break
        size = observed.size(found)
        if size and _available(found) > size:
            return False
        unhealthy = min(most, size - _available(found)) if size else 0
        if unhealthy > 0:
            _scale(observed, result, found, size - unhealthy)
            most -= unhealthy
    return True


def _give_up_available(observed: Observed, result: Plan) -> None:
    spare = sum(_available(found) for found in observed.all) - observed.limits.min_available
    for found in observed.old:
        down = min(observed.size(found), spare)
        if down > 0:
            _scale(observed, result, found, observed.size(found) - down)
            spare -= down


def _recreate(observed: Observed, result: Plan) -> None:
    """All old pods go; when the last has ended, the new ones come."""
    _note_revision(observed, result)
    for found in observed.old:
        _scale(observed, result, found, 0)
    left = observed.old_pods_left or any(found.get("status", {}).get("replicas", 0) for found in observed.old)
    if observed.scaled or left:
        if left and not observed.scaled:
            result.decisions.append(Decision("deployment.waiting-for-old-pods", {}, taken=False))
        return
    if _ensure_new(observed, result) and observed.new is not None and "uid" in observed.new["metadata"]:
        _scale(observed, result, observed.new, observed.limits.desired)


def _scale(observed: Observed, result: Plan, replicaset: Obj, size: int, note: bool = False) -> None:
    """Change a ReplicaSet's replicas; `note`: write down what they were derived from even if they stay."""
    meta, before, limits = replicaset["metadata"], observed.size(replicaset), observed.limits
    annotations = {DESIRED: str(limits.desired), MAX: str(limits.max_total)}
    if before == size and not (note and annotations.items() - _annotations(replicaset).items()):
        return
    observed.scaled[meta["name"]] = size
    action = _patch(replicaset, REPLICASETS, {"metadata": {"annotations": annotations}, "spec": {"replicas": size}})
    if before != size:
        action.options["scaled"] = (before, size)
        words = "deployment.scaled-up" if size > before else "deployment.scaled-down"
        result.decisions.append(Decision(words, {"replicaset": meta["name"], "from": before, "to": size}))
    result.stages.append([action])


def _clean_up(observed: Observed, result: Plan) -> None:
    """Old ReplicaSets beyond the history limit go, lowest revision first, unless they still have pods."""
    limit = observed.deployment["spec"].get("revisionHistoryLimit", 10)
    alive = [found for found in observed.old if not found["metadata"].get("deletionTimestamp")]
    for found in sorted(alive, key=revision.revision)[: max(0, len(alive) - limit)]:
        meta, status = found["metadata"], found.get("status", {})
        settled = status.get("observedGeneration", 0) >= meta.get("generation", 1)
        if observed.size(found) or status.get("replicas", 0) or not settled:
            continue
        result.decisions.append(Decision("deployment.removed-replicaset", {"replicaset": meta["name"], "limit": limit}))
        result.stages.append([Action("delete", REPLICASETS, meta["namespace"], meta["name"], ignore=("NotFound",))])


def _report(observed: Observed, result: Plan, is_rollout: bool) -> None:
    deployment = observed.deployment
    status = report.counted(deployment, observed.all, observed.new, observed.conditions, observed.now)
    if is_rollout:
        status = report.progressed(deployment, observed.all, observed.new, status, observed.now)
        result.requeue_after = report.late_after(deployment, status, observed.now)
    before = deployment.get("status", {})
    if status != before:
        body = {"status": {**{name: None for name in before if name not in status}, **status}}
        result.stages.append([_patch(deployment, "deployments.apps", body)])


def _tell(observed: Observed, status: str, reason: str, message: str) -> None:
    if report.has_deadline(observed.deployment):
        told = report.progressing(status, reason, message, observed.now)
        observed.conditions = report.with_condition(observed.conditions, told)


def _patch(obj: Obj, resource: str, body: Obj) -> Action:
    meta = obj["metadata"]
    options: dict[str, Any] = {"patch_type": "merge"}
    subresource = "status" if "status" in body else ""
    return Action("patch", resource, meta["namespace"], meta["name"], body, subresource, options)


def _annotations(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def _available(replicaset: Obj) -> int:
    return int(replicaset.get("status", {}).get("availableReplicas", 0))


def _age(obj: Obj) -> tuple[str, str]:
    return (obj["metadata"]["creationTimestamp"], obj["metadata"]["name"])
