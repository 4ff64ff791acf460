"""Pods that leave a node with NoExecute taints when their patience ends. Upstream: `pkg/controller/tainteviction`."""

from __future__ import annotations

from cluster_core.api.objects import is_pod_active, pod_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.api.toleration import covers
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan

DISRUPTION = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByTaintManager",
    "message": "Taint manager: deleting due to NoExecute taint",
}


class TaintEvictionController(Controller):
    """Deletes pods from nodes with NoExecute taints: at once without a toleration, else when its seconds are over."""

    name = "taint-eviction-controller"
    account = "node-controller"
    resources = ("nodes", "pods")
    workers = 8

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.since: dict[str, tuple[str, int]] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The pods of a node whose taints changed; a pod that was bound or whose tolerations changed, or one that went."""
        if resource == "pods":
            return self._of_pod(old, new)
        if new is None or (old is not None and old["spec"].get("taints") == new["spec"].get("taints")):
            return []
        return [_key(pod) for pod in self.informer("pods").by_index("node", new["metadata"]["name"])]

    def reconcile(self, key: str) -> Plan | None:
        """Evict now, later or not at all."""
        pod = self.informer("pods").get(key)
        if pod is None or not is_pod_active(pod):
            self.since.pop(key, None)
            return None
        node = self.informer("nodes").get(pod["spec"].get("nodeName", ""))
        taints = [taint for taint in node["spec"].get("taints") or () if taint["effect"] == "NoExecute"] if node else []
        patience = patience_us(pod["spec"].get("tolerations") or [], taints) if taints else None
        if patience is None:
            self._cancel(key, pod)
            return None
        due = self._since(key, pod) + patience
        return Plan(requeue_after=due - self.now) if self.now < due else self._evict(key, pod, taints[0]["key"])

    def restart(self) -> None:
        """Patience begins anew, as it does for the real program."""
        super().restart()
        self.since.clear()

    def _of_pod(self, old: Obj | None, new: Obj | None) -> list[str]:
        if new is None:
            return [_key(old)] if old is not None and _key(old) in self.since else []
        if not new["spec"].get("nodeName"):
            return []
        known = old is not None and old["spec"].get("nodeName")
        if known and old is not None and old["spec"].get("tolerations") == new["spec"].get("tolerations"):
            return []
        return [_key(new)]

    def _since(self, key: str, pod: Obj) -> int:
        """When this pod (not an earlier one of the same name) was first seen on a tainted node."""
        uid = pod["metadata"]["uid"]
        known = self.since.get(key)
        if known is None or known[0] != uid:
            self.since[key] = known = (uid, self.now)
        return known[1]

    def _cancel(self, key: str, pod: Obj) -> None:
        if self.since.pop(key, None) is not None:
            self.events.event(pod, "Normal", "TaintManagerEviction", f"Cancelling deletion of Pod {key}")

    def _evict(self, key: str, pod: Obj, taint: str) -> Plan:
        meta = pod["metadata"]
        self.events.event(pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key}")
        because = pod_condition(pod, DISRUPTION, rfc3339(self.now))
        body = {"metadata": {"uid": meta["uid"]}, "status": {"conditions": [because]}}
        gone, how = ("NotFound", "Conflict"), {"patch_type": "strategic"}
        told = Action("patch", "pods", meta["namespace"], meta["name"], body, "status", how, ignore=gone)
        options = {"preconditions": {"uid": meta["uid"]}}
        delete = Action("delete", "pods", meta["namespace"], meta["name"], options=options, ignore=gone)
        params = {"object": f"pod/{key}", "node": pod["spec"]["nodeName"], "taint": taint}
        return Plan(stages=[[told], [delete]], decisions=[Decision("pod.evicted", params)])


def patience_us(tolerations: list[Obj], taints: list[Obj]) -> int | None:
    """How long (µs) a pod may stay: the shortest of the tolerations that cover the taints; 0 if one is not covered, None: for ever."""
    shortest: int | None = None
    for taint in taints:
        covering = next((one for one in tolerations if covers(one, taint)), None)
        if covering is None:
            return 0
        if covering.get("tolerationSeconds") is not None:
            wait = max(0, int(covering["tolerationSeconds"])) * 1_000_000
            shortest = wait if shortest is None else min(shortest, wait)
    return shortest


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
