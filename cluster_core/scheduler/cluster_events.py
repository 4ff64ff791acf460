"""What happened in the cluster, in the words by which plugins say what they wait for. Upstream: `pkg/scheduler/framework/events.go`.

A cluster event is "Resource/Action": a Pod on a node is an AssignedPod, one that waits an UnschedulablePod.
"""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.scheduler.requests import pod_requests

NODE_ADD = "Node/Add"
NODE_DELETE = "Node/Delete"
ASSIGNED_ADD = "AssignedPod/Add"
ASSIGNED_DELETE = "AssignedPod/Delete"
FORCE_ACTIVATE = "*/ForceActivate"


def is_wildcard(event: str) -> bool:
    """Whether an event concerns a pod whoever refused it."""
    return event.startswith("*")


def node_events(old: Obj, new: Obj) -> list[str]:
    """What the update of a Node means for scheduling; nothing for a heartbeat."""
    changes = {
        "UpdateNodeAllocatable": _differs(old.get("status", {}), new.get("status", {}), "allocatable"),
        "UpdateNodeLabel": _differs(old["metadata"], new["metadata"], "labels"),
        "UpdateNodeTaint": _differs(old["spec"], new["spec"], "taints") or _uncordoned(old, new),
        "UpdateNodeCondition": _conditions(old) != _conditions(new),
        "UpdateNodeAnnotation": _differs(old["metadata"], new["metadata"], "annotations"),
    }
    return [f"Node/{action}" for action, happened in changes.items() if happened]


def pod_events(old: Obj, new: Obj) -> list[str]:
    """What the update of a Pod means for scheduling: at least an `Update`, at which no default plugin looks."""
    resource = "AssignedPod" if new["spec"].get("nodeName") else "UnschedulablePod"
    before, after = old["spec"], new["spec"]
    actions = ["UpdatePodLabel"] if _differs(old["metadata"], new["metadata"], "labels") else []
    if before is not after:
        if _asks_for_less(before, after):
            actions.append("UpdatePodScaleDown")
        if before.get("schedulingGates") and not after.get("schedulingGates"):
            actions.append("UpdatePodSchedulingGatesEliminated")
        if len(before.get("tolerations", ())) != len(after.get("tolerations", ())):
            actions.append("UpdatePodToleration")
    return [f"{resource}/{action}" for action in actions or ["Update"]]


def _differs(old: Obj, new: Obj, field: str) -> bool:
    before, after = old.get(field), new.get(field)
    return before is not after and (before or None) != (after or None)


def _uncordoned(old: Obj, new: Obj) -> bool:
    return bool(old["spec"].get("unschedulable")) and not new["spec"].get("unschedulable")


def _conditions(node: Obj) -> dict[str, str]:
    return {one["type"]: one["status"] for one in node.get("status", {}).get("conditions", ())}


def _asks_for_less(old: Obj, new: Obj) -> bool:
    """Whether any request of a pod became smaller."""
    if old.get("containers") == new.get("containers") and old.get("initContainers") == new.get("initContainers"):
        return False
    after = pod_requests(new).amounts()
    return any(amount > after.get(name, 0) for name, amount in pod_requests(old).amounts().items())
