"""Nodes that fall silent: condition Unknown, taints, and pods that leave when their patience ends.

Upstream: `pkg/controller/nodelifecycle`, `pkg/controller/tainteviction`. A node is healthy while its Lease renews itself (see
ARCHITECTURE.md, "Leases are closed formulas"); without that it is Unknown 50 s after the last renewal.
"""

from __future__ import annotations

from cluster_core.api.objects import condition, is_pod_active, set_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan

GRACE_US = 50_000_000
MONITOR_US = 5_000_000
RENEWS_EVERY = "sim.orrery/renews-every"
UNREACHABLE, NOT_READY = "node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"
SILENT = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
LEASES = "leases.coordination.k8s.io"


class NodeLifecycleController(Controller):
    """Watches over the nodes' leases and conditions."""

    name = "node-lifecycle-controller"
    resources = ("nodes", LEASES, "pods")

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The node, or the node of a lease."""
        obj = new or old
        assert obj is not None
        if resource == "nodes":
            return [obj["metadata"]["name"]]
        if resource == LEASES and obj["metadata"]["namespace"] == "kube-node-lease":
            return [obj["metadata"]["name"]]
        return []

    def reconcile(self, key: str) -> Plan | None:
        """Judge one node."""
        node = self.informer("nodes").get(key)
        if node is None:
            return None
        lease = self.informer(LEASES).get(f"kube-node-lease/{key}")
        plan = Plan()
        deadline = _deadline(lease)
        if deadline is not None and self.now < deadline:
            plan.requeue_after = deadline - self.now
        elif deadline is not None:
            self._declare_unknown(node, plan)
        self._taint(node, plan, silent=deadline is not None and self.now >= deadline)
        return plan

    def _declare_unknown(self, node: Obj, plan: Plan) -> None:
        ready = condition(node, "Ready")
        if ready is not None and ready["status"] == "Unknown":
            return
        name, now = node["metadata"]["name"], rfc3339(self.now)
        conditions = node.get("status", {}).get("conditions") or []
        for kind in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"):
            unknown = {"type": kind, "status": "Unknown", "reason": SILENT[0], "message": SILENT[1]}
            conditions = set_condition(conditions, unknown, now)
        body = {"status": {"conditions": conditions}}
        plan.stages.append(
            [Action("patch", "nodes", name=name, body=body, subresource="status", options={"patch_type": "merge"})]
        )
        plan.stages.append(
            [
                _pod_not_ready(pod, now)
                for pod in self.informer("pods").by_index("node", name)
                if (found := condition(pod, "Ready")) is not None and found["status"] == "True"
            ]
        )
        plan.decisions.append(Decision("node.not-ready", {"node": name, "object": f"node/{name}"}))
        self.events.event(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")

    def _taint(self, node: Obj, plan: Plan, silent: bool) -> None:
        ready = condition(node, "Ready")
        status = "Unknown" if silent else (ready["status"] if ready is not None else "Unknown")
        wanted = {"Unknown": UNREACHABLE, "False": NOT_READY}.get(status)
        taints = node["spec"].get("taints") or []
        kept = [taint for taint in taints if taint["key"] not in (UNREACHABLE, NOT_READY)]
        if wanted is not None:
            there = {taint["effect"]: taint for taint in taints if taint["key"] == wanted}
            added = {
                "NoSchedule": {"key": wanted, "effect": "NoSchedule"},
                "NoExecute": {"key": wanted, "effect": "NoExecute", "timeAdded": rfc3339(self.now)},
            }
            kept += [there.get(effect, added[effect]) for effect in ("NoSchedule", "NoExecute")]
        if kept == taints:
            return
        name = node["metadata"]["name"]
        body = {"spec": {"taints": kept or None}}
        plan.stages.append([Action("patch", "nodes", name=name, body=body, options={"patch_type": "merge"})])
        plan.decisions.append(
            Decision(
                "node.tainted" if wanted else "node.untainted",
                {"node": name, "taint": wanted or "", "object": f"node/{name}"},
            )
        )


class TaintEvictionController(Controller):
    """Deletes pods from nodes with NoExecute taints: at once without a toleration, else when its seconds are over."""

    name = "taint-eviction-controller"
    resources = ("nodes", "pods")
    workers = 8

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.since: dict[str, int] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The pods of a node whose taints changed; a pod that was bound."""
        if new is None:
            return []
        if resource == "pods":
            bound = new["spec"].get("nodeName") and (old is None or not old["spec"].get("nodeName"))
            return [_key(new)] if bound else []
        if old is not None and old["spec"].get("taints") == new["spec"].get("taints"):
            return []
        return [_key(pod) for pod in self.informer("pods").by_index("node", new["metadata"]["name"])]

    def reconcile(self, key: str) -> Plan | None:
        """Evict now, later or not at all."""
        pod = self.informer("pods").get(key)
        node = self.informer("nodes").get(pod["spec"].get("nodeName", "")) if pod is not None else None
        taints = (
            [t for t in (node["spec"].get("taints") or ()) if t["effect"] == "NoExecute"] if node is not None else []
        )
        if pod is None or not taints or not is_pod_active(pod):
            self.since.pop(key, None)
            return None
        patience = _patience(pod["spec"].get("tolerations") or [], taints)
        if patience is None:
            return None
        due = self.since.setdefault(key, self.now) + patience
        if self.now < due:
            return Plan(requeue_after=due - self.now)
        meta = pod["metadata"]
        self.events.event(pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key}")
        delete = Action(
            "delete",
            "pods",
            meta["namespace"],
            meta["name"],
            options={"preconditions": {"uid": meta["uid"]}},
            ignore=("NotFound", "Conflict"),
        )
        assert node is not None
        params = {"object": f"pod/{key}", "node": node["metadata"]["name"], "taint": taints[0]["key"]}
        return Plan(stages=[[delete]], decisions=[Decision("pod.evicted", params)])


def _deadline(lease: Obj | None) -> int | None:
    """When a node counts as silent, None while its lease renews itself. The monitor looks every 5 s."""
    if lease is None or RENEWS_EVERY in (lease["metadata"].get("annotations") or {}):
        return None
    at = parse(lease["spec"]["renewTime"]) + GRACE_US
    return -(-at // MONITOR_US) * MONITOR_US


def _patience(tolerations: list[Obj], taints: list[Obj]) -> int | None:
    """How long (µs) a pod may stay; None: for ever."""
    shortest: int | None = None
    for taint in taints:
        covering = [one for one in tolerations if _tolerates(one, taint)]
        if not covering:
            return 0
        bounds = [max(0, one["tolerationSeconds"]) for one in covering if one.get("tolerationSeconds") is not None]
        if bounds:
            shortest = min([*bounds, *([shortest // 1_000_000] if shortest is not None else [])]) * 1_000_000
    return shortest


def _tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if not toleration.get("key"):
        return bool(toleration.get("operator") == "Exists")
    if toleration["key"] != taint["key"]:
        return False
    return bool(
        toleration.get("operator", "Equal") == "Exists" or toleration.get("value", "") == taint.get("value", "")
    )


def _pod_not_ready(pod: Obj, now: str) -> Action:
    meta = pod["metadata"]
    ready = {"type": "Ready", "status": "False", "reason": "NodeNotReady", "message": "Node is not ready"}
    conditions = set_condition(pod["status"]["conditions"], ready, now)
    body = {"status": {"conditions": conditions}}
    return Action(
        "patch", "pods", meta["namespace"], meta["name"], body, "status", {"patch_type": "merge"}, ignore=("NotFound",)
    )


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
