"""Workload cards: desired, observed, and what the controller decided."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import key, owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.projection.actions import action_of
from cluster_core.projection.loops import loop_card
from cluster_core.projection.parts import Beside, Parts, template_of
from cluster_core.projection.source import Source, controller_of
from cluster_core.projection.workload_cards import WorkloadCard

WORKLOADS = {
    "deployments.apps": "deployment-controller",
    "replicasets.apps": "replicaset-controller",
    "replicationcontrollers": "replication-controller",
    "statefulsets.apps": "statefulset-controller",
    "daemonsets.apps": "daemonset-controller",
    "jobs.batch": "job-controller",
    "cronjobs.batch": "cronjob-controller",
}
# What there is only one of per kind; the others are None.
NO_PARTS: dict[str, Any] = dict.fromkeys(("deployment", "stateful", "daemon", "job", "cron"))


def workload_card(obj: Obj, resource: str, source: Source, beside: Beside | None = None) -> WorkloadCard:
    """The card of one workload. `beside` is what many cards of one moment share (`parts.beside`)."""
    beside = beside or Beside.of(source, Parts())
    meta, spec, status = obj["metadata"], obj["spec"], _counts(obj)
    owner = owner_controller(obj)
    desired = status["desiredReplicas"]
    controller = controller_of(source, WORKLOADS[resource])
    did, did_not = (controller.did.get(key(obj), []), controller.did_not.get(key(obj), [])) if controller else ([], [])
    loop = loop_card(controller, key(obj)) if controller else None
    card: dict[str, Any] = {
        "kind": obj["kind"],
        "name": meta["name"],
        "namespace": meta["namespace"],
        "uid": meta["uid"],
        "owner": owner["uid"] if owner else "",
        "created": parse(meta["creationTimestamp"]),
        "revision": _revision(obj),
        "images": [container["image"] for container in template_of(obj)["spec"].get("containers", ())],
        "desired": desired,
        "total": status.get("replicas", 0),
        "ready": status.get("readyReplicas", 0),
        "available": status.get("availableReplicas", 0),
        "updated": status.get("updatedReplicas", 0),
        "strategy": _strategy(spec, desired),
        "did": did,
        "did_not": did_not,
        "loop": loop,
        **NO_PARTS,
        **beside.parts_of(obj),
        "autoscaler": beside.autoscaler_of(obj),
        "budgets": beside.budgets_of(obj) if owner is None else [],
        "load": beside.load_of(obj) if owner is None else None,
        "rv": int(meta["resourceVersion"]),
    }
    card["action"] = action_of(card, status)
    return card  # type: ignore[return-value]


def _counts(obj: Obj) -> Obj:
    """Numbers of a status under the names that Deployments have for them; a DaemonSet's are counted by node, a Job's by completion."""
    status = obj.get("status", {})
    if obj["kind"] == "DaemonSet":
        return {
            "desiredReplicas": status.get("desiredNumberScheduled", 0),
            "replicas": status.get("currentNumberScheduled", 0) + status.get("numberMisscheduled", 0),
            "readyReplicas": status.get("numberReady", 0),
            "availableReplicas": status.get("numberAvailable", 0),
            "updatedReplicas": status.get("updatedNumberScheduled", 0),
        }
    if obj["kind"] == "Job":
        completions = obj["spec"].get("completions")
        return {
            "desiredReplicas": obj["spec"].get("parallelism", 1) if completions is None else completions,
            "replicas": status.get("active", 0),
            "readyReplicas": status.get("ready") or 0,
            "availableReplicas": status.get("succeeded", 0),
        }
    if obj["kind"] == "CronJob":
        return {"desiredReplicas": 0, "replicas": len(status.get("active") or ())}
    return {**status, "desiredReplicas": obj["spec"].get("replicas", 1)}


def _revision(obj: Obj) -> str:
    """A Deployment's or ReplicaSet's number; of a StatefulSet the hash in the name of the revision that its pods go to."""
    if obj["kind"] == "StatefulSet":
        return str(obj.get("status", {}).get("updateRevision", "")).rpartition("-")[2]
    return str(obj["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", ""))


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
