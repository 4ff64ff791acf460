"""Nodes that fall silent: condition Unknown, taints, their pods not Ready. Upstream: `pkg/controller/nodelifecycle`.

A node is healthy while its Lease renews itself (see ARCHITECTURE.md, "Leases are closed formulas"); without that it is Unknown 50 s after the monitor saw the last renewal.
"""

from __future__ import annotations

from cluster_core.api.objects import condition, is_pod_ready, set_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan
from cluster_core.controllers.node_taints import (
    NOT_READY,
    UNREACHABLE,
    evicting_key,
    evicting_taints,
    unschedulable_taints,
)
from cluster_core.controllers.zone_disruption import Zones, zone_of

GRACE_US = 50_000_000
MONITOR_US = 5_000_000
TAINTER_US = 100_000
RENEWS_EVERY = "sim.orrery/renews-every"
SILENT = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
LEASES = "leases.coordination.k8s.io"


class NodeLifecycleController(Controller):
    """Watches over the nodes' leases and conditions."""

    name = "node-lifecycle-controller"
    source = account = "node-controller"
    resources = ("nodes", LEASES, "pods")

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.registered: dict[str, str] = {}
        self.zones = Zones()

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The node, or the node of a lease."""
        obj = new or old
        assert obj is not None
        if resource == "nodes":
            self._register(obj, new is not None)
            self.zones.note(obj["metadata"]["name"], new, self.now)
            return [obj["metadata"]["name"], *(self.zones.look(self.now) or ())]
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
        if not any(plan.stages):
            self._taint(node, plan)
        return plan

    def restart(self) -> None:
        """Every node is new to a program that begins."""
        super().restart()
        self.registered.clear()
        self.zones = Zones()

    def _register(self, node: Obj, is_there: bool) -> None:
        """Tell of nodes that come and go. Real Kubernetes notices at the next look of its monitor, within 5 s."""
        name, uid = node["metadata"]["name"], node["metadata"]["uid"]
        if not is_there:
            self.registered.pop(name, None)
            text = f"Node {name} event: Removing Node {name} from Controller"
            self.events.event(node, "Normal", "RemovingNode", text)
        elif self.registered.get(name) != uid:
            self.registered[name] = uid
            text = f"Node {name} event: Registered Node {name} in Controller"
            self.events.event(node, "Normal", "RegisteredNode", text)

    def _declare_unknown(self, node: Obj, plan: Plan) -> None:
        ready = condition(node, "Ready")
        if ready is not None and ready["status"] == "Unknown":
            return
        name, now = node["metadata"]["name"], rfc3339(self.now)
        conditions = node.get("status", {}).get("conditions") or []
        for kind in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"):
            unknown = {"type": kind, "status": "Unknown", "reason": SILENT[0], "message": SILENT[1]}
            conditions = set_condition(conditions, unknown, now)
        body = {"metadata": _version(node), "status": {"conditions": conditions}}
        plan.stages.append(
            [Action("patch", "nodes", name=name, body=body, subresource="status", options={"patch_type": "merge"})]
        )
        pods = [pod for pod in self.informer("pods").by_index("node", name) if is_pod_ready(pod)]
        plan.stages.append([_pod_not_ready(pod, now) for pod in pods])
        for pod in pods:
            self.events.event(pod, "Warning", "NodeNotReady", "Node is not ready")
        plan.decisions.append(Decision("node.not-ready", {"node": name, "object": f"node/{name}"}))
        self.events.event(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")

    def _taint(self, node: Obj, plan: Plan) -> None:
        """One write: first the taints that keep pods away, then, at the zone's pace, the one that drives them away."""
        taints = unschedulable_taints(node, rfc3339(self.now))
        if taints is not None:
            plan.stages.append([_tainted(node, taints)])
            return
        ready = condition(node, "Ready")
        status = ready["status"] if ready is not None else ""
        wanted = None if self.zones.all_lost else {"Unknown": UNREACHABLE, "False": NOT_READY}.get(status)
        taints = evicting_taints(node, wanted, rfc3339(self.now))
        if taints is None:
            return
        wait = self._wait(node, wanted)
        if wait is not None and wait <= 0:
            self._evict(node, wanted, taints, plan)
        elif wait is not None:
            plan.requeue_after = min(wait, plan.requeue_after or wait)

    def _wait(self, node: Obj, wanted: str | None) -> int | None:
        """How long a taint NoExecute that comes or goes has to wait, None for nobody knows how long."""
        if wanted is not None and evicting_key(node) is not None:
            return 0
        since = self.zones.since.get(node["metadata"]["name"], self.now)
        if wanted is None:
            return (since // MONITOR_US + 1) * MONITOR_US - self.now
        wait = self.zones.wait(zone_of(node), self.now)
        return None if wait is None else max(wait, since + TAINTER_US - self.now)

    def _evict(self, node: Obj, wanted: str | None, taints: list[Obj], plan: Plan) -> None:
        name = node["metadata"]["name"]
        if wanted is not None and evicting_key(node) is None:
            self.zones.take(zone_of(node), self.now)
        plan.stages.append([_tainted(node, taints)])
        params = {"node": name, "taint": wanted or "", "object": f"node/{name}"}
        plan.decisions.append(Decision("node.tainted" if wanted else "node.untainted", params))


def _tainted(node: Obj, taints: list[Obj]) -> Action:
    body = {"metadata": _version(node), "spec": {"taints": taints or None}}
    return Action("patch", "nodes", name=node["metadata"]["name"], body=body, options={"patch_type": "merge"})


def _version(node: Obj) -> Obj:
    """The version that was judged: if the kubelet has spoken since, the write is refused and the node judged again."""
    return {"uid": node["metadata"]["uid"], "resourceVersion": node["metadata"]["resourceVersion"]}


def _deadline(lease: Obj | None) -> int | None:
    """When a node counts as silent, None while its lease renews itself. The monitor looks every 5 s."""
    if lease is None or RENEWS_EVERY in (lease["metadata"].get("annotations") or {}):
        return None
    at = parse(lease["spec"]["renewTime"]) + GRACE_US
    return -(-at // MONITOR_US) * MONITOR_US


def _pod_not_ready(pod: Obj, now: str) -> Action:
    """The condition Ready of a pod of a silent node; nothing but its status changes, as the node's word is not to be had."""
    meta, conditions = pod["metadata"], pod["status"]["conditions"]
    ready = next(found for found in conditions if found["type"] == "Ready")
    told = {**ready, "status": "False", "lastTransitionTime": now}
    body = {"status": {"conditions": [told if found is ready else found for found in conditions]}}
    return Action(
        "patch", "pods", meta["namespace"], meta["name"], body, "status", {"patch_type": "merge"}, ignore=("NotFound",)
    )
