"""Deployment: ReplicaSets of the template's versions, moved step by step. Upstream: `pkg/controller/deployment`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import owner_controller, owner_reference
from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import from_label_selector
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan
from cluster_core.controllers import revision
from cluster_core.controllers.deployment_plan import Observed, plan

FINISHED = ("Succeeded", "Failed")


class DeploymentController(Controller):
    """The loop for Deployments."""

    name = "deployment-controller"
    resources = ("deployments.apps", "replicasets.apps", "pods")
    remembers = True

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.failures: dict[str, str] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A change of the Deployment or of a ReplicaSet that it owns or could adopt; for Recreate, a pod that has gone."""
        obj = new or old
        assert obj is not None
        if resource == "deployments.apps":
            return [_key(obj)]
        if resource == "pods":
            return self._recreate_of_pod(obj) if new is None else []
        owners = [key for one in (old, new) if one is not None and (key := self._owner_key(one))]
        if new is not None and owner_controller(new) is None:
            owners += [_key(found) for found in self._could_adopt(new)]
        return list(dict.fromkeys(owners))

    def reconcile(self, key: str) -> Plan | None:
        """Find the ReplicaSets, make the new one, move replicas, report."""
        deployment = self.informer("deployments.apps").get(key)
        if deployment is None:
            self.failures.pop(key, None)
            return None
        owned, claims, decisions = self._claim(deployment)
        result = plan(self._observe(key, deployment, owned))
        result.stages.insert(0, claims)
        result.decisions[:0] = decisions
        return result

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about ReplicaSets that were scaled, or could not be made."""
        deployment = self.informer("deployments.apps").get(key)
        if deployment is None or action.resource != "replicasets.apps":
            return
        if action.verb == "create":
            self._created(key, deployment, action, response)
        if response.ok and "scaled" in action.options:
            before, after = action.options["scaled"]
            way, name = "up" if after > before else "down", response.body["metadata"]["name"]
            text = f"Scaled {way} replica set {name} from {before} to {after}"
            self.events.event(deployment, "Normal", "ScalingReplicaSet", text)

    def _created(self, key: str, deployment: Obj, action: Action, response: Response) -> None:
        self.failures.pop(key, None)
        if response.ok or response.reason == "AlreadyExists" or "is being terminated" in response.body["message"]:
            return
        text = f'Failed to create new replica set "{action.body["metadata"]["name"]}": {response.body["message"]}'
        self.failures[key] = text
        self.events.event(deployment, "Warning", "ReplicaSetCreateError", text)

    def _owner_key(self, replicaset: Obj) -> str | None:
        owner = owner_controller(replicaset)
        if owner is None or owner["kind"] != "Deployment":
            return None
        key = f"{replicaset['metadata']['namespace']}/{owner['name']}"
        deployment = self.informer("deployments.apps").get(key)
        return key if deployment is not None and deployment["metadata"]["uid"] == owner["uid"] else None

    def _recreate_of_pod(self, pod: Obj) -> list[str]:
        owner = owner_controller(pod)
        if owner is None or owner["kind"] != "ReplicaSet":
            return []
        replicaset = self.informer("replicasets.apps").get(f"{pod['metadata']['namespace']}/{owner['name']}")
        key = self._owner_key(replicaset) if replicaset is not None else None
        deployment = self.informer("deployments.apps").get(key) if key else None
        return [key] if key and deployment is not None and deployment["spec"]["strategy"]["type"] == "Recreate" else []

    def _could_adopt(self, replicaset: Obj) -> list[Obj]:
        labels = replicaset["metadata"].get("labels") or {}
        found = self.informer("deployments.apps").objects(replicaset["metadata"]["namespace"])
        return [one for one in found if from_label_selector(one["spec"].get("selector")).matches(labels)]

    def _claim(self, deployment: Obj) -> tuple[list[Obj], list[Action], list[Decision]]:
        """The ReplicaSets of a Deployment, oldest first; and the patches that adopt orphans and release strangers."""
        meta = deployment["metadata"]
        owned = self.informer("replicasets.apps").by_index("owner", meta["uid"])
        if meta.get("deletionTimestamp"):
            return sorted(owned, key=_age), [], []
        selector = from_label_selector(deployment["spec"].get("selector"))
        mine = [found for found in owned if selector.matches(found["metadata"].get("labels") or {})]
        strangers = [found for found in owned if found not in mine and not found["metadata"].get("deletionTimestamp")]
        orphans = [
            found
            for found in self.informer("replicasets.apps").by_index("orphan", meta["namespace"])
            if not found["metadata"].get("deletionTimestamp")
            and selector.matches(found["metadata"].get("labels") or {})
        ]
        actions = [_with_owners(found, _others(found, meta["uid"])) for found in strangers]
        actions += [_with_owners(found, [*_others(found, ""), owner_reference(deployment)]) for found in orphans]
        decisions = [_claimed("deployment.released-replicaset", found) for found in strangers]
        decisions += [_claimed("deployment.adopted-replicaset", found) for found in orphans]
        return sorted([*mine, *orphans], key=_age), actions, decisions

    def _observe(self, key: str, deployment: Obj, owned: list[Obj]) -> Observed:
        new = revision.find_new(deployment, owned)
        old = [found for found in owned if found is not new]
        name = f"{deployment['metadata']['name']}-{revision.template_hash(deployment)}"
        there = self.informer("replicasets.apps").get(f"{deployment['metadata']['namespace']}/{name}")
        return Observed(
            deployment,
            new,
            old,
            old_pods_left=self._pods_left(old),
            collision=new is None and revision.collides(deployment, there),
            failure=self.failures.get(key, ""),
            now=self.now,
        )

    def _pods_left(self, old: list[Obj]) -> bool:
        """Whether pods of old ReplicaSets still run or end: Recreate waits for them."""
        return any(
            pod.get("status", {}).get("phase") not in FINISHED
            for found in old
            for pod in self.informer("pods").by_index("owner", found["metadata"]["uid"])
        )


def _with_owners(replicaset: Obj, owners: list[Obj]) -> Action:
    meta = replicaset["metadata"]
    body: dict[str, Any] = {"metadata": {"ownerReferences": owners, "uid": meta["uid"]}}
    options = {"patch_type": "merge"}
    return Action("patch", "replicasets.apps", meta["namespace"], meta["name"], body, options=options)


def _others(obj: Obj, uid: str) -> list[Obj]:
    return [owner for owner in obj["metadata"].get("ownerReferences") or () if owner["uid"] != uid]


def _claimed(message_id: str, replicaset: Obj) -> Decision:
    return Decision(message_id, {"replicaset": replicaset["metadata"]["name"]})


def _age(obj: Obj) -> tuple[str, str]:
    return (obj["metadata"]["creationTimestamp"], obj["metadata"]["name"])


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
