"""Deployment: ReplicaSets of the template's versions, moved step by step. Upstream: `pkg/controller/deployment`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.objects import (
    condition,
    is_pod_active,
    owner_controller,
    owner_reference,
    pod_template_hash,
    set_condition,
)
from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.client.controller import Action, Controller, Decision, Plan
from cluster_core.controllers.rollout import Budget, budget, new_size, removable, scale_proportionally

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAX = "deployment.kubernetes.io/max-replicas"
NOT_COPIED = (
    REVISION,
    DESIRED,
    MAX,
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.deployment.rollback.to",
)
SECOND = 1_000_000


@dataclass(slots=True)
class Observed:
    """A Deployment and its ReplicaSets: the one of the current template, and the others, oldest first."""

    deployment: Obj
    new: Obj | None
    old: list[Obj]
    old_pods_left: bool
    now: int
    scaled: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> list[Obj]:
        """Every ReplicaSet, the new one last."""
        return [*self.old, *([self.new] if self.new is not None else [])]

    def size(self, replicaset: Obj) -> int:
        """Wanted replicas, with what this turn has decided."""
        return int(self.scaled.get(replicaset["metadata"]["name"], replicaset["spec"]["replicas"]))


class DeploymentController(Controller):
    """The loop for Deployments."""

    name = "deployment-controller"
    resources = ("deployments.apps", "replicasets.apps", "pods")

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A change of the Deployment or of a ReplicaSet that it owns; for Recreate, a pod that has gone."""
        obj = new or old
        assert obj is not None
        if resource == "deployments.apps":
            return [_key(obj)]
        if resource == "replicasets.apps":
            owner = owner_controller(obj)
            is_ours = owner is not None and owner["kind"] == "Deployment"
            return [f"{obj['metadata']['namespace']}/{owner['name']}"] if owner is not None and is_ours else []
        return self._deployment_of_pod(obj) if new is None else []

    def reconcile(self, key: str) -> Plan | None:
        """Find the ReplicaSets, make the new one, move replicas, report."""
        deployment = self.informer("deployments.apps").get(key)
        if deployment is None or deployment["metadata"].get("deletionTimestamp"):
            return None
        observed = self._observe(deployment)
        return plan(observed)

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about ReplicaSets that were scaled."""
        deployment = self.informer("deployments.apps").get(key)
        if deployment is None or not response.ok or "scaled" not in action.options:
            return
        before, after = action.options["scaled"]
        name = response.body["metadata"]["name"]
        way = "up" if after > before else "down"
        self.events.event(
            deployment, "Normal", "ScalingReplicaSet", f"Scaled {way} replica set {name} from {before} to {after}"
        )

    def _deployment_of_pod(self, pod: Obj) -> list[str]:
        owner = owner_controller(pod)
        if owner is None or owner["kind"] != "ReplicaSet":
            return []
        replicaset = self.informer("replicasets.apps").get(f"{pod['metadata']['namespace']}/{owner['name']}")
        above = owner_controller(replicaset) if replicaset is not None else None
        return [f"{pod['metadata']['namespace']}/{above['name']}"] if above is not None else []

    def _observe(self, deployment: Obj) -> Observed:
        uid, template = deployment["metadata"]["uid"], deployment["spec"]["template"]
        owned = sorted(self.informer("replicasets.apps").by_index("owner", uid), key=_age)
        new = next((found for found in owned if _same_template(found["spec"]["template"], template)), None)
        old = [found for found in owned if found is not new]
        left = any(
            is_pod_active(pod) or pod["metadata"].get("deletionTimestamp")
            for found in old
            for pod in self.informer("pods").by_index("owner", found["metadata"]["uid"])
        )
        return Observed(deployment, new, old, left, self.now)


def plan(observed: Observed) -> Plan:
    """Decide one turn."""
    result = Plan()
    deployment = observed.deployment
    if deployment["spec"].get("paused"):
        _keep_scale(observed, result)
    elif observed.new is None and _may_create(observed):
        _create_new(observed, result)
    elif deployment["spec"]["strategy"]["type"] == "Recreate":
        _recreate(observed, result)
    else:
        _note_revision(observed, result)
        if not _keep_scale(observed, result):
            _roll(observed, budget(deployment), result)
    if not result.stages:
        _clean_up(observed, result)
    _report(observed, result)
    return result


def _may_create(observed: Observed) -> bool:
    if observed.deployment["spec"]["strategy"]["type"] != "Recreate":
        return True
    return all(found["spec"]["replicas"] == 0 for found in observed.old) and not observed.old_pods_left


def _create_new(observed: Observed, result: Plan) -> None:
    deployment = observed.deployment
    meta, spec = deployment["metadata"], deployment["spec"]
    digest = pod_template_hash(spec["template"], deployment.get("status", {}).get("collisionCount"))
    labels = {**(spec["template"].get("metadata", {}).get("labels") or {}), HASH: digest}
    limits, total = budget(deployment), sum(found["spec"]["replicas"] for found in observed.old)
    size = spec["replicas"] if spec["strategy"]["type"] == "Recreate" else new_size(limits, 0, total)
    annotations = {name: value for name, value in (meta.get("annotations") or {}).items() if name not in NOT_COPIED}
    annotations |= {
        REVISION: str(_last_revision(observed.old) + 1),
        DESIRED: str(spec["replicas"]),
        MAX: str(limits.max_total),
    }
    selector = {**spec["selector"], "matchLabels": {**(spec["selector"].get("matchLabels") or {}), HASH: digest}}
    template = {**spec["template"], "metadata": {**spec["template"].get("metadata", {}), "labels": labels}}
    body: Obj = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta['name']}-{digest}",
            "namespace": meta["namespace"],
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {"replicas": size, "selector": selector, "template": template},
    }
    if spec.get("minReadySeconds"):
        body["spec"]["minReadySeconds"] = spec["minReadySeconds"]
    options = {"scaled": (0, size)} if size else {}
    result.stages.append(
        [Action("create", "replicasets.apps", meta["namespace"], body=body, options=options, ignore=("AlreadyExists",))]
    )
    result.decisions.append(Decision("deployment.new-replicaset", {"replicaset": body["metadata"]["name"], "to": size}))


def _note_revision(observed: Observed, result: Plan) -> None:
    new, deployment = observed.new, observed.deployment
    if new is None:
        return
    wanted = str(max(_last_revision(observed.old) + 1, _revision(new)) if observed.old else max(_revision(new), 1))
    if str(_revision(new)) != wanted:
        result.stages.append([_annotate(new, "replicasets.apps", {REVISION: wanted})])
    if (deployment["metadata"].get("annotations") or {}).get(REVISION) != wanted:
        result.stages.append([_annotate(deployment, "deployments.apps", {REVISION: wanted})])


def _keep_scale(observed: Observed, result: Plan) -> bool:
    """When the Deployment itself was scaled in the middle of a rollout, every ReplicaSet gets its share. True if it did."""
    limits, desired = budget(observed.deployment), observed.deployment["spec"]["replicas"]
    active = [found for found in observed.all if found["spec"]["replicas"] > 0]
    if len(active) == 1:
        only = active[0]
        if only["spec"]["replicas"] != desired and (only is observed.new or observed.new is None):
            _scale(observed, result, only, desired, limits)
            return True
        return False
    told = [(found["metadata"].get("annotations") or {}).get(DESIRED) for found in active]
    if not any(value is not None and value != str(desired) for value in told):
        return False
    active.sort(key=lambda found: (-found["spec"]["replicas"], _age(found)))
    sizes = [found["spec"]["replicas"] for found in active]
    before = int((active[0]["metadata"].get("annotations") or {}).get(MAX, sum(sizes)))
    allowed = limits.max_total if desired > 0 else 0
    for found, size in zip(active, scale_proportionally(sizes, before, allowed), strict=True):
        _scale(observed, result, found, size, limits, note=True)
    return True


def _roll(observed: Observed, limits: Budget, result: Plan) -> None:
    new = observed.new
    if new is None:
        return
    total = sum(found["spec"]["replicas"] for found in observed.all)
    size = new["spec"]["replicas"]
    if size > limits.desired:
        _scale(observed, result, new, limits.desired, limits)
        return
    if size < limits.desired:
        grown = new_size(limits, size, total)
        if grown > size:
            _scale(observed, result, new, grown, limits)
            return
        result.decisions.append(
            Decision("deployment.cannot-add", {"total": total, "max": limits.max_total}, taken=False)
        )
    if any(found["spec"]["replicas"] for found in observed.old):
        _give_up_old(observed, limits, result, total)


def _give_up_old(observed: Observed, limits: Budget, result: Plan, total: int) -> None:
    new = observed.new
    assert new is not None
    new_unavailable = new["spec"]["replicas"] - new.get("status", {}).get("availableReplicas", 0)
    most = removable(limits, total, new_unavailable)
    available = sum(found.get("status", {}).get("availableReplicas", 0) for found in observed.all)
    if most == 0:
        facts = {"available": available, "min": limits.min_available}
        result.decisions.append(Decision("deployment.cannot-remove", facts, taken=False))
        return
    most = _give_up_unhealthy(observed, limits, result, most)
    spare = available - limits.min_available
    for found in observed.old:
        size = observed.size(found)
        down = min(size, spare)
        if size and down > 0:
            _scale(observed, result, found, size - down, limits)
            spare -= down
    if not result.stages and available <= limits.min_available:
        facts = {"available": available, "min": limits.min_available}
        result.decisions.append(Decision("deployment.cannot-remove", facts, taken=False))


def _give_up_unhealthy(observed: Observed, limits: Budget, result: Plan, most: int) -> int:
    for found in observed.old:
        size = found["spec"]["replicas"]
        unhealthy = min(most, size - found.get("status", {}).get("availableReplicas", 0))
        if size and unhealthy > 0:
            _scale(observed, result, found, size - unhealthy, limits)
            most -= unhealthy
    return most


def _recreate(observed: Observed, result: Plan) -> None:
    limits = budget(observed.deployment)
    for found in observed.old:
        if found["spec"]["replicas"]:
            _scale(observed, result, found, 0, limits)
    _note_revision(observed, result)
    desired = observed.deployment["spec"]["replicas"]
    if observed.new is not None and not observed.old_pods_left and observed.new["spec"]["replicas"] != desired:
        _scale(observed, result, observed.new, desired, limits)


def _scale(observed: Observed, result: Plan, replicaset: Obj, size: int, limits: Budget, note: bool = False) -> None:
    meta, before = replicaset["metadata"], observed.size(replicaset)
    annotations = {DESIRED: str(limits.desired), MAX: str(limits.max_total)}
    if before == size and not (note and annotations.items() - (meta.get("annotations") or {}).items()):
        return
    observed.scaled[meta["name"]] = size
    body = {"metadata": {"annotations": annotations}, "spec": {"replicas": size}}
    options: dict[str, Any] = {"patch_type": "merge"}
    if before != size:
        options["scaled"] = (before, size)
        words = "deployment.scaled-up" if size > before else "deployment.scaled-down"
        result.decisions.append(Decision(words, {"replicaset": meta["name"], "from": before, "to": size}))
    result.stages.append([Action("patch", "replicasets.apps", meta["namespace"], meta["name"], body, options=options)])


def _clean_up(observed: Observed, result: Plan) -> None:
    """Old ReplicaSets beyond the history limit go, once the rollout is complete."""
    limit = observed.deployment["spec"].get("revisionHistoryLimit", 10)
    if not _complete(observed):
        return
    idle = [
        found
        for found in sorted(observed.old, key=_revision)
        if found["spec"]["replicas"] == 0
        and found.get("status", {}).get("replicas", 0) == 0
        and not found["metadata"].get("deletionTimestamp")
    ]
    for found in idle[: max(0, len(idle) - limit)]:
        meta = found["metadata"]
        result.stages.append(
            [Action("delete", "replicasets.apps", meta["namespace"], meta["name"], ignore=("NotFound",))]
        )


def _complete(observed: Observed) -> bool:
    desired = observed.deployment["spec"]["replicas"]
    counts = [found.get("status", {}) for found in observed.all]
    new = observed.new.get("status", {}) if observed.new is not None else {}
    available = sum(status.get("availableReplicas", 0) for status in counts)
    return bool(
        new.get("replicas", 0) == desired
        and sum(status.get("replicas", 0) for status in counts) == desired
        and available == desired
        and new.get("availableReplicas", 0) == desired
    )


def _report(observed: Observed, result: Plan) -> None:
    deployment = observed.deployment
    status = _status(observed)
    if status != deployment.get("status", {}):
        meta = deployment["metadata"]
        body = {"metadata": {}, "status": _nulled(deployment.get("status", {}), status)}
        action = Action(
            "patch", "deployments.apps", meta["namespace"], meta["name"], body, "status", {"patch_type": "merge"}
        )
        result.stages.append([action])
    progressing = condition({"status": status}, "Progressing")
    if progressing is not None and progressing["status"] == "True" and not _complete(observed):
        deadline = deployment["spec"].get("progressDeadlineSeconds", 600) * SECOND
        result.requeue_after = max(SECOND, parse(progressing["lastUpdateTime"]) + deadline + SECOND - observed.now)


def _status(observed: Observed) -> Obj:
    deployment, before = observed.deployment, observed.deployment.get("status", {})
    counts = [found.get("status", {}) for found in observed.all]
    total = sum(status.get("replicas", 0) for status in counts)
    available = sum(status.get("availableReplicas", 0) for status in counts)
    new = observed.new.get("status", {}) if observed.new is not None else {}
    values = {
        "replicas": total,
        "updatedReplicas": new.get("replicas", 0),
        "readyReplicas": sum(status.get("readyReplicas", 0) for status in counts),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(observed.size(found) for found in observed.all) - available),
    }
    status: Obj = {"observedGeneration": deployment["metadata"].get("generation", 1)}
    status |= {name: value for name, value in values.items() if value}
    if "collisionCount" in before:
        status["collisionCount"] = before["collisionCount"]
    status["conditions"] = _conditions(observed, before, available, values)
    return status


def _conditions(observed: Observed, before: Obj, available: int, values: dict[str, int]) -> list[Obj]:
    now = rfc3339(observed.now)
    conditions = list(before.get("conditions") or ())
    enough = available >= budget(observed.deployment).min_available
    words = (
        ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        if enough
        else ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    )
    conditions = _set(conditions, "Available", *words, now)
    return _progress(observed, before, conditions, values, now)


def _progress(observed: Observed, before: Obj, conditions: list[Obj], values: dict[str, int], now: str) -> list[Obj]:
    new = observed.new
    if new is None:
        return conditions
    name = new["metadata"]["name"]
    known = condition({"status": {"conditions": conditions}}, "Progressing")
    if _complete(observed):
        if known is not None and known["reason"] == "NewReplicaSetAvailable":
            return conditions
        return _set(
            conditions,
            "Progressing",
            "True",
            "NewReplicaSetAvailable",
            f'ReplicaSet "{name}" has successfully progressed.',
            now,
        )
    if known is None or (
        known["reason"] == "NewReplicaSetAvailable" and values["updatedReplicas"] < values["replicas"]
    ):
        return _set(
            conditions,
            "Progressing",
            "True",
            "NewReplicaSetCreated" if known is None else "ReplicaSetUpdated",
            f'Created new replica set "{name}"' if known is None else f'ReplicaSet "{name}" is progressing.',
            now,
        )
    if _moved(before, values):
        conditions = [found for found in conditions if found["type"] != "Progressing"]
        kept = {
            **known,
            "status": "True",
            "reason": "ReplicaSetUpdated",
            "message": f'ReplicaSet "{name}" is progressing.',
            "lastUpdateTime": now,
        }
        return [*conditions, kept]
    deadline = observed.deployment["spec"].get("progressDeadlineSeconds", 600) * SECOND
    if (
        known["reason"] in ("NewReplicaSetCreated", "ReplicaSetUpdated")
        and parse(known["lastUpdateTime"]) + deadline < observed.now
    ):
        message = f'ReplicaSet "{name}" has timed out progressing.'
        return _set(conditions, "Progressing", "False", "ProgressDeadlineExceeded", message, now)
    return conditions


def _moved(before: Obj, values: dict[str, int]) -> bool:
    def old_pods(counts: Obj) -> int:
        return int(counts.get("replicas", 0)) - int(counts.get("updatedReplicas", 0))

    grew = any(values[name] > before.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return grew or old_pods(values) < old_pods(before)


def _set(conditions: list[Obj], kind: str, status: str, reason: str, message: str, now: str) -> list[Obj]:
    known = condition({"status": {"conditions": conditions}}, kind)
    if known is not None and (known["status"], known["reason"]) == (status, reason):
        return conditions
    return set_condition(
        conditions, {"type": kind, "status": status, "reason": reason, "message": message, "lastUpdateTime": now}, now
    )


def _nulled(before: Obj, after: Obj) -> Obj:
    return {**{name: None for name in before if name not in after}, **after}


def _annotate(obj: Obj, resource: str, annotations: dict[str, str]) -> Action:
    meta = obj["metadata"]
    body = {"metadata": {"annotations": annotations}}
    return Action("patch", resource, meta["namespace"], meta["name"], body, options={"patch_type": "merge"})


def _same_template(left: Obj, right: Obj) -> bool:
    labels = {name: value for name, value in (left.get("metadata", {}).get("labels") or {}).items() if name != HASH}
    left_meta = {**left.get("metadata", {}), "labels": labels}
    right_meta = {**right.get("metadata", {}), "labels": right.get("metadata", {}).get("labels") or {}}
    return left_meta == right_meta and left["spec"] == right["spec"]


def _revision(replicaset: Obj) -> int:
    return int((replicaset["metadata"].get("annotations") or {}).get(REVISION, 0))


def _last_revision(replicasets: list[Obj]) -> int:
    return max((_revision(found) for found in replicasets), default=0)


def _age(obj: Obj) -> tuple[str, str]:
    return (obj["metadata"]["creationTimestamp"], obj["metadata"]["name"])


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
