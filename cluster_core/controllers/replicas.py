"""ReplicaSet and ReplicationController: keep as many pods as are wanted. Upstream: `pkg/controller/replicaset/replica_set.go`."""

from __future__ import annotations

from typing import Any, ClassVar

from cluster_core.api.objects import (
    is_pod_active,
    owner_controller,
    owner_reference,
)
from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import Selector, from_label_selector, from_map
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan
from cluster_core.client.expectations import Expectations
from cluster_core.client.owned_pods import Labels, Owned, OwnedPods
from cluster_core.controllers.pod_ranking import on_nodes, rank
from cluster_core.controllers.replica_counts import Counts, counted, status_of, tallied

BURST_REPLICAS = 500


class ReplicaSetController(Controller):
    """The loop for ReplicaSets; ReplicationControllers differ in resource and selector only."""

    name = "replicaset-controller"
    resource: ClassVar[str] = "replicasets.apps"
    kind: ClassVar[str] = "ReplicaSet"
    resources: ClassVar[tuple[str, ...]] = ("replicasets.apps", "pods")
    remembers: ClassVar[bool] = True

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.expectations = Expectations()
        self._selectors: dict[str, tuple[Any, Selector]] = {}
        self._counts: dict[str, Counts] = {}
        self._unsent: dict[str, int] = {}
        self._failures: dict[str, tuple[str, str]] = {}

    def selector(self, owner: Obj) -> Selector:
        """Which pods an owner selects."""
        return from_label_selector(owner["spec"].get("selector"))

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A change of the owner, or of a pod that it owns or could adopt."""
        obj = new or old
        assert obj is not None
        if resource == self.resource:
            return [_key(obj)]
        key = self._owner_key(obj)
        if key is not None:
            self._observe_pod(key, old, new)
        found = [key] if key is not None else []
        if old is not None and new is not None and (left := self._left_owner(old, new)) is not None:
            found.append(left)
        if new is not None and owner_controller(new) is None:
            found += [_key(owner) for owner in self._could_adopt(new)]
        return found

    def reconcile(self, key: str) -> Plan | None:
        """Adopt and release, create or delete, then report."""
        owner = self.informer(self.resource).get(key)
        if owner is None:
            self.expectations.forget(key)
            self._selectors.pop(key, None)
            return None
        counts, claims = self._survey(key, owner)
        plan = Plan(stages=[claims] if claims else [], requeue_after=counts.soonest_available)
        self._counts[key] = counts
        if self.expectations.satisfied(key, self.now) and not owner["metadata"].get("deletionTimestamp"):
            self._scale(key, owner, counts.active, plan)
        if counts.terminating:
            facts = {"count": counts.terminating}
            plan.decisions.append(Decision(f"{self.kind.lower()}.not-counted", facts, taken=False))
        return plan

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """Report, also when pods could not be made or removed. What was not asked for any more is no longer awaited."""
        owner, counts = self.informer(self.resource).get(key), self._counts.pop(key, None)
        failure, unsent = self._failures.pop(key, None), self._unsent.pop(key, 0)
        for _ in range(unsent if failed else 0):
            self.expectations.created(key)
        if owner is None or counts is None or (failed and failure is None):
            return []
        status = status_of(owner, counts, failure, self.now)
        if status == owner.get("status"):
            return []
        return [_action(owner, self.resource, "update", {**owner, "status": status}, "status")]

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about pods that were made or removed; a failed write is no longer awaited."""
        if action.resource != "pods" or action.verb not in ("create", "delete"):
            return
        if action.verb == "create":
            self._unsent[key] -= 1
        if not response.ok:
            self._failed(key, action, response)
        owner = self.informer(self.resource).get(key)
        if owner is None or not response.ok:
            return
        if action.verb == "create":
            self.events.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {response.body['metadata']['name']}")
        else:
            self.events.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {action.name}")

    def _failed(self, key: str, action: Action, response: Response) -> None:
        """A pod could not be made or removed: it is no longer awaited; the owner's condition and an Event say why."""
        owner, message = self.informer(self.resource).get(key), str(response.body["message"])
        if action.verb == "create":
            self.expectations.created(key)
            reason, text = "FailedCreate", f"Error creating: {message}"
        else:
            self.expectations.deleted(key, action.options["preconditions"]["uid"])
            reason, text = "FailedDelete", f"Error deleting: {message}"
        if response.reason in action.ignore or "because it is being terminated" in message:
            return
        self._failures.setdefault(key, (reason, message))
        if owner is not None:
            self.events.event(owner, "Warning", reason, text)

    def _owner_key(self, pod: Obj) -> str | None:
        """The key of the owner of our kind, if it is still the same object."""
        owner = owner_controller(pod)
        if owner is None or owner["kind"] != self.kind:
            return None
        key = f"{pod['metadata']['namespace']}/{owner['name']}"
        there = self.informer(self.resource).get(key)
        return key if there is not None and there["metadata"]["uid"] == owner["uid"] else None

    def _left_owner(self, old: Obj, new: Obj) -> str | None:
        """The owner that a pod had before and has no more."""
        if old["metadata"].get("ownerReferences") is new["metadata"].get("ownerReferences"):
            return None
        before = self._owner_key(old)
        return before if before != self._owner_key(new) else None

    def restart(self) -> None:
        """Nothing is awaited any more."""
        super().restart()
        self.expectations = Expectations()
        for memory in (self._selectors, self._counts, self._unsent, self._failures):
            memory.clear()

    def _observe_pod(self, key: str, old: Obj | None, new: Obj | None) -> None:
        if old is None:
            self.expectations.created(key)
        pod = new or old
        assert pod is not None
        if new is None or new["metadata"].get("deletionTimestamp"):
            self.expectations.deleted(key, pod["metadata"]["uid"])

    def _could_adopt(self, pod: Obj) -> list[Obj]:
        labels = pod["metadata"].get("labels") or {}
        owners = self.informer(self.resource).by_index("namespace", pod["metadata"]["namespace"])
        return [owner for owner in owners if self.selector(owner).matches(labels)] if labels else []

    def _survey(self, key: str, owner: Obj) -> tuple[Counts, list[Action]]:
        """What the owner has; and the patches that adopt orphans and release pods that no longer match."""
        selector = self._selector(key, owner)
        groups = self._owned(owner)
        if owner["metadata"].get("deletionTimestamp"):
            return tallied(owner, groups), []
        orphans = self._orphans(owner, selector)
        strangers = not all(selector.matches(dict(labels)) for labels in groups)
        if not orphans and not strangers and not owner["spec"].get("minReadySeconds"):
            return tallied(owner, groups), []
        pods, released = self._owned_pods(owner, selector)
        adopted = [
            _patch_owners(pod, [*pod["metadata"].get("ownerReferences", ()), owner_reference(owner)]) for pod in orphans
        ]
        return counted(owner, pods + orphans, self.now), [*released, *adopted]

    def _selector(self, key: str, owner: Obj) -> Selector:
        """The owner's selector, read once per version of it."""
        given = owner["spec"].get("selector")
        known = self._selectors.get(key)
        if known is None or known[0] is not given:
            self._selectors[key] = known = (given, self.selector(owner))
        return known[1]

    def _owned(self, owner: Obj) -> dict[Labels, Owned]:
        tally = self.informer("pods").tallies["owned"]
        assert isinstance(tally, OwnedPods)
        return tally.of(owner["metadata"]["uid"])

    def _orphans(self, owner: Obj, selector: Selector) -> list[Obj]:
        return [
            pod
            for pod in self.informer("pods").by_index("orphan", owner["metadata"]["namespace"])
            if is_pod_active(pod) and selector.matches(pod["metadata"].get("labels") or {})
        ]

    def _owned_pods(self, owner: Obj, selector: Selector) -> tuple[list[Obj], list[Action]]:
        """The pods that the owner has and selects; and the patches that release the others."""
        uid = owner["metadata"]["uid"]
        pods, actions = [], []
        for pod in self.informer("pods").by_index("owner", uid):
            holder = owner_controller(pod)
            if holder is None or holder["uid"] != uid:
                continue
            if selector.matches(pod["metadata"].get("labels") or {}):
                pods.append(pod)
            elif is_pod_active(pod):
                owners = [one for one in pod["metadata"]["ownerReferences"] if one["uid"] != uid]
                actions.append(_patch_owners(pod, owners))
        return pods, actions

    def _scale(self, key: str, owner: Obj, have: int, plan: Plan) -> None:
        want = owner["spec"]["replicas"]
        if have < want:
            count = min(want - have, BURST_REPLICAS)
            self.expectations.expect_creations(key, count, self.now)
            self._unsent[key] = count
            plan.stages.extend(_slow_start(count, _create_pod(owner)))
            facts = {"count": count, "have": have, "want": want}
            plan.decisions.append(Decision(f"{self.kind.lower()}.create-pods", facts))
        elif have > want:
            active = self._active_pods(key, owner)
            victims = rank(active, on_nodes(self._related(owner)), self.now)[: min(have - want, BURST_REPLICAS)]
            self.expectations.expect_deletions(key, [pod["metadata"]["uid"] for pod in victims], self.now)
            plan.stages.append([_delete_pod(pod) for pod in victims])
            names = [pod["metadata"]["name"] for pod in victims]
            facts = {"pods": names, "have": have, "want": want}
            plan.decisions.append(Decision(f"{self.kind.lower()}.delete-pods", facts))

    def _active_pods(self, key: str, owner: Obj) -> list[Obj]:
        selector = self._selector(key, owner)
        pods = self._owned_pods(owner, selector)[0] + self._orphans(owner, selector)
        return [pod for pod in pods if is_pod_active(pod)]

    def _related(self, owner: Obj) -> list[Obj]:
        """The pods of all owners that have the same controller: those of a Deployment's other ReplicaSets too."""
        above = owner_controller(owner)
        if above is None:
            return []
        siblings = self.informer(self.resource).by_index("owner", above["uid"])
        pods = self.informer("pods")
        return [pod for one in siblings for pod in pods.by_index("owner", one["metadata"]["uid"])]


class ReplicationControllerController(ReplicaSetController):
    """The loop for ReplicationControllers."""

    name = "replication-controller"
    resource = "replicationcontrollers"
    kind = "ReplicationController"
    resources = ("replicationcontrollers", "pods")

    def selector(self, owner: Obj) -> Selector:
        """Equal labels."""
        return from_map(owner["spec"].get("selector") or {})


def _slow_start(count: int, action: Action) -> list[list[Action]]:
    stages, size = [], 1
    while count > 0:
        batch = min(size, count)
        stages.append([action] * batch)
        count, size = count - batch, size * 2
    return stages


def _create_pod(owner: Obj) -> Action:
    meta, template = owner["metadata"], owner["spec"]["template"]
    given = template.get("metadata") or {}
    metadata = {name: given[name] for name in ("labels", "annotations", "finalizers") if given.get(name)}
    metadata["generateName"] = f"{meta['name']}-"
    metadata["ownerReferences"] = [owner_reference(owner)]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    return Action("create", "pods", meta["namespace"], body=body)


def _delete_pod(pod: Obj) -> Action:
    meta = pod["metadata"]
    options = {"preconditions": {"uid": meta["uid"]}}
    return Action("delete", "pods", meta["namespace"], meta["name"], options=options, ignore=("NotFound", "Conflict"))


def _patch_owners(pod: Obj, owners: list[Obj]) -> Action:
    meta = pod["metadata"]
    body = {"metadata": {"ownerReferences": owners, "uid": meta["uid"]}}
    options = {"patch_type": "merge"}
    return Action("patch", "pods", meta["namespace"], meta["name"], body, options=options, ignore=("NotFound",))


def _action(obj: Obj, resource: str, verb: str, body: Obj, subresource: str = "") -> Action:
    meta = obj["metadata"]
    return Action(verb, resource, meta["namespace"], meta["name"], body, subresource)


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
