"""Workload cards: desired, observed, and what the controller decided."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import key, owner_controller
from cluster_core.api.request import Obj
from cluster_core.projection.cards import LoopCard, Text, WorkloadCard
from cluster_core.projection.loops import loop_card
from cluster_core.projection.source import Source

WORKLOADS = {
    "deployments.apps": "deployment-controller",
    "replicasets.apps": "replicaset-controller",
    "replicationcontrollers": "replication-controller",
}


def workload_card(obj: Obj, resource: str, source: Source) -> WorkloadCard:
    """The card of one Deployment, ReplicaSet or ReplicationController."""
    meta, spec, status = obj["metadata"], obj["spec"], obj.get("status", {})
    owner = owner_controller(obj)
    desired = spec.get("replicas", 1)
    template = spec.get("template", {}).get("spec", {})
    controller = _controller(source, resource)
    did, did_not = (controller.did.get(key(obj), []), controller.did_not.get(key(obj), [])) if controller else ([], [])
    loop = loop_card(controller, key(obj)) if controller else None
    return {
        "kind": obj["kind"],
        "name": meta["name"],
        "namespace": meta["namespace"],
        "uid": meta["uid"],
        "owner": owner["uid"] if owner else "",
        "revision": meta.get("annotations", {}).get("deployment.kubernetes.io/revision", ""),
        "images": [container["image"] for container in template.get("containers", ())],
        "desired": desired,
        "total": status.get("replicas", 0),
        "ready": status.get("readyReplicas", 0),
        "available": status.get("availableReplicas", 0),
        "updated": status.get("updatedReplicas", 0),
        "strategy": _strategy(spec, desired),
        "action": _writing(loop) or _held(did_not) or _action(desired, status),
        "did": did,
        "did_not": did_not,
        "loop": loop,
        "rv": int(meta["resourceVersion"]),
    }


def _controller(source: Source, resource: str) -> Any:
    manager: Any = source.sim.processes.get("kube-controller-manager")
    return manager.controllers.get(WORKLOADS[resource]) if manager is not None else None


def _strategy(spec: Obj, desired: int) -> dict[str, Any]:
    strategy = spec.get("strategy")
    if strategy is None:
        return {}
    rolling = strategy.get("rollingUpdate") or {}
    surge = _absolute(rolling.get("maxSurge", 0), desired, up=True)
    unavailable = _absolute(rolling.get("maxUnavailable", 0), desired, up=False)
    return {
        "type": strategy.get("type", "RollingUpdate"),
        "max_surge": surge,
        "max_unavailable": unavailable or (0 if surge else 1),
        "surge_given": rolling.get("maxSurge", 0),
        "unavailable_given": rolling.get("maxUnavailable", 0),
    }


def _absolute(value: int | str, total: int, up: bool) -> int:
    if isinstance(value, int):
        return value
    percent = int(value.rstrip("%"))
    return -(-percent * total // 100) if up else percent * total // 100


def _writing(loop: LoopCard | None) -> Text | None:
    """The writes under way, but for reports of the status."""
    writes = [one for one in loop["writes"] if not one["resource"].endswith("/status")] if loop is not None else []
    return {"id": "workload.writing", "params": writes[0]} if writes else None


def _held(did_not: list[dict[str, Any]]) -> Text | None:
    """The limit that stopped the last turn of a rollout."""
    refused = {one["id"]: one["params"] for one in did_not}
    add, remove = refused.get("deployment.cannot-add"), refused.get("deployment.cannot-remove")
    if add is not None and remove is not None:
        return {"id": "workload.held", "params": {**add, **remove}}
    if add is not None:
        return {"id": "workload.held-by-ceiling", "params": add}
    if remove is not None:
        return {"id": "workload.held-by-floor", "params": remove}
    if "deployment.waiting-for-old-pods" in refused:
        return {"id": "workload.waiting-for-old-pods", "params": {}}
    return None


def _action(desired: int, status: Obj) -> Text:
    total, ready = status.get("replicas", 0), status.get("readyReplicas", 0)
    if total < desired:
        return {"id": "workload.creating", "params": {"count": desired - total}}
    if total > desired:
        return {"id": "workload.deleting", "params": {"count": total - desired}}
    if ready < desired:
        return {"id": "workload.waiting-ready", "params": {"count": desired - ready}}
    return {"id": "workload.idle", "params": {}}
