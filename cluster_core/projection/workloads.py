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
    "statefulsets.apps": "statefulset-controller",
    "daemonsets.apps": "daemonset-controller",
}


def workload_card(obj: Obj, resource: str, source: Source) -> WorkloadCard:
    """The card of one Deployment, ReplicaSet, ReplicationController, StatefulSet or DaemonSet."""
    meta, spec, status = obj["metadata"], obj["spec"], _counts(obj)
    owner = owner_controller(obj)
    desired = status["desiredReplicas"]
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
        "revision": _revision(obj),
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


def _counts(obj: Obj) -> Obj:
    """Numbers of a status under the names that Deployments have for them; a DaemonSet's are counted by node."""
    status = obj.get("status", {})
    if obj["kind"] != "DaemonSet":
        return {**status, "desiredReplicas": obj["spec"].get("replicas", 1)}
    return {
        "desiredReplicas": status.get("desiredNumberScheduled", 0),
        "replicas": status.get("currentNumberScheduled", 0) + status.get("numberMisscheduled", 0),
        "readyReplicas": status.get("numberReady", 0),
        "availableReplicas": status.get("numberAvailable", 0),
        "updatedReplicas": status.get("updatedNumberScheduled", 0),
    }


def _revision(obj: Obj) -> str:
    """A Deployment's or ReplicaSet's number; of a StatefulSet the hash in the name of the revision that its pods go to."""
    if obj["kind"] == "StatefulSet":
        return str(obj.get("status", {}).get("updateRevision", "")).rpartition("-")[2]
    return str(obj["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", ""))


def _controller(source: Source, resource: str) -> Any:
    manager: Any = source.sim.processes.get("kube-controller-manager")
    return manager.controllers.get(WORKLOADS[resource]) if manager is not None else None


def _strategy(spec: Obj, desired: int) -> dict[str, Any]:
    strategy = spec.get("strategy") or spec.get("updateStrategy")
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
        **({"partition": rolling["partition"]} if "partition" in rolling else {}),
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
    if "statefulset.held-by-partition" in refused:
        return {"id": "workload.held-by-partition", "params": refused["statefulset.held-by-partition"]}
    waits = next((params for name, params in refused.items() if name.startswith("statefulset.")), None)
    if waits is not None:
        return {"id": "workload.waiting-for-pod", "params": waits}
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
