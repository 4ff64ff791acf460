"""Pods that nobody will end any more: of nodes that are gone, never scheduled, on machines declared dead, too many that have ended.

Upstream: `pkg/controller/podgc/gc_controller.go`, which looks every 20 s; here only while there is such a pod.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import condition, pod_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan

PERIOD_US, QUARANTINE_US = 20_000_000, 40_000_000
TERMINATED_MAX = 12_500
EVERYTHING = "everything"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
ENDED = ("Failed", "Succeeded")
NO_NODE = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByPodGC",
    "message": "PodGC: node no longer exists",
}


class PodGarbageCollector(Controller):
    """One key: all pods. A node is believed to be gone after 40 s."""

    name = "pod-garbage-collector-controller"
    account = "pod-garbage-collector"
    resources = ("pods", "nodes")
    workers = 1

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.missing: dict[str, int] = {}
        self.ended = 0
        self.due_at: int | None = None

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A node that goes, a pod that is on none, or waits to end without a node: looked at in the next period."""
        if resource == "pods":
            self.ended += _has_ended(new) - _has_ended(old)
        if self._is_suspect(resource, old, new) and self.due_at is None:
            self.due_at = (self.now // PERIOD_US + 1) * PERIOD_US
            self.add_after(EVERYTHING, self.due_at - self.now)
        return []

    def reconcile(self, key: str) -> Plan | None:
        """Delete what is found, and look again as long as something may have to go."""
        self.due_at = None
        pods = self.informer("pods").objects()
        lost, waits = self._of_gone_nodes(pods)
        plan = Plan()
        for pod, because in (*lost, *((pod, None) for pod in (*self._stuck(pods), *self._too_many(pods)))):
            told, gone = _end(pod, because, self.now)
            plan.stages += [[one] for one in (told, gone) if one is not None]
            name = f"pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            plan.decisions.append(Decision("pod.collected", {"object": name, "node": pod["spec"].get("nodeName", "")}))
        if waits or plan.stages:
            self.due_at = self.now + PERIOD_US
            plan.requeue_after = PERIOD_US
        return plan

    def restart(self) -> None:
        """Quarantine begins anew."""
        super().restart()
        self.missing, self.ended, self.due_at = {}, 0, None

    def _is_suspect(self, resource: str, old: Obj | None, new: Obj | None) -> bool:
        if resource == "nodes":
            return new is None or _is_out_of_service(new)
        if new is None:
            return False
        node = new["spec"].get("nodeName")
        if node and (old is None or not old["spec"].get("nodeName")) and self.informer("nodes").get(node) is None:
            return True
        leaving = bool(new["metadata"].get("deletionTimestamp"))
        return (leaving and not node) or self.ended > TERMINATED_MAX

    def _of_gone_nodes(self, pods: list[Obj]) -> tuple[list[tuple[Obj, Any]], bool]:
        """The pods of nodes that have been gone for the quarantine, and whether other nodes are in it."""
        nodes = self.informer("nodes").store
        names = dict.fromkeys(pod["spec"]["nodeName"] for pod in pods if pod["spec"].get("nodeName"))
        seen = {name: self.missing.get(name, self.now) for name in names if name not in nodes}
        self.missing = seen
        gone = {name for name, since in seen.items() if self.now - since >= QUARANTINE_US}
        found = [(pod, NO_NODE) for pod in pods if pod["spec"].get("nodeName") in gone]
        return found, len(gone) < len(seen)

    def _stuck(self, pods: list[Obj]) -> list[Obj]:
        """Pods on their way out that no kubelet will end."""
        nodes = self.informer("nodes").store
        found = []
        for pod in pods:
            if not pod["metadata"].get("deletionTimestamp"):
                continue
            node = nodes.get(pod["spec"].get("nodeName", ""))
            if not pod["spec"].get("nodeName") or (node is not None and _is_out_of_service(node)):
                found.append(pod)
        return found

    def _too_many(self, pods: list[Obj]) -> list[Obj]:
        """The oldest of more ended pods than are kept; evicted ones first."""
        if self.ended <= TERMINATED_MAX:
            return []
        ended = [pod for pod in pods if _has_ended(pod)]
        ended.sort(
            key=lambda pod: (not _was_evicted(pod), pod["metadata"]["creationTimestamp"], pod["metadata"]["name"])
        )
        return ended[: len(ended) - TERMINATED_MAX]


def _end(pod: Obj, because: Any, now: int) -> tuple[Action | None, Action]:
    """The patch that makes a pod Failed, unless it has ended, and its deletion without grace."""
    meta, status, told = pod["metadata"], pod.get("status", {}), None
    if status.get("phase") not in ENDED:
        ended: Obj = {"phase": "Failed", "observedGeneration": meta.get("generation", 1)}
        if because is not None:
            ended["conditions"] = [pod_condition(pod, because, rfc3339(now))]
        body = {"metadata": {"uid": meta["uid"]}, "status": ended}
        options = {"patch_type": "strategic"}
        gone = ("NotFound", "Conflict")
        told = Action("patch", "pods", meta["namespace"], meta["name"], body, "status", options, gone)
    at_once: dict[str, Any] = {"grace_period": 0}
    return told, Action("delete", "pods", meta["namespace"], meta["name"], options=at_once, ignore=("NotFound",))


def _has_ended(pod: Obj | None) -> bool:
    return pod is not None and pod.get("status", {}).get("phase") in ENDED


def _was_evicted(pod: Obj) -> bool:
    status = pod.get("status", {})
    return bool(status.get("phase") == "Failed" and status.get("reason") == "Evicted")


def _is_out_of_service(node: Obj) -> bool:
    ready = condition(node, "Ready")
    if ready is not None and ready["status"] == "True":
        return False
    return any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())
