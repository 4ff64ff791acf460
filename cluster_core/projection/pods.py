"""Pod cards: status as a person reads it, and the stage of the pod's life from the trace."""

from __future__ import annotations

from cluster_core.api.objects import is_pod_ready, owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.controllers.job_indexes import COMPLETION_INDEX
from cluster_core.projection.cards import ContainerCard, PodCard
from cluster_core.projection.source import app_label
from cluster_core.sim.trace import TraceEntry

STAGES = {
    "scheduler.bound": "scheduled",
    "pod.sandbox-created": "network",
    "pod.address-assigned": "starting",
    "pod.pull-started": "pulling",
    "pod.pulled": "starting",
    "pod.init-started": "init",
    "pod.init-finished": "starting",
    "pod.container-started": "not-ready",
    "pod.ready": "ready",
    "pod.not-ready": "not-ready",
    "pod.back-off": "backoff",
    "pod.terminating": "terminating",
    "pod.stopped": "gone",
}

# Kind of container, field of the spec, field of the status; an init container that is restarted for ever is a sidecar.
LISTS = (
    ("init", "initContainers", "initContainerStatuses"),
    ("main", "containers", "containerStatuses"),
    ("ephemeral", "ephemeralContainers", "ephemeralContainerStatuses"),
)
FAILING = ("CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff", "CreateContainerConfigError", "RunContainerError")


class Stages:
    """The stage of every pod, read off the trace as it grows: {"pod/ns/name": (stage, since)}."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[str, int]] = {}

    def read(self, entries: list[TraceEntry]) -> list[str]:
        """Take in new entries; returns the pods whose stage changed."""
        changed = []
        for entry in entries:
            stage = STAGES.get(entry.message_id)
            if stage is None or "object" not in entry.params:
                continue
            pod = entry.params["object"]
            known = self.stages.get(pod)
            if known is None or known[0] != stage:
                self.stages[pod] = (stage, entry.at)
                changed.append(pod)
        return changed


def pod_card(pod: Obj, stage: tuple[str, int] | None) -> PodCard:
    """The card of one pod."""
    meta, spec, status = pod["metadata"], pod["spec"], pod.get("status", {})
    owner = owner_controller(pod)
    containers = _containers(spec, status)
    what, reason = _status(pod, containers)
    created = parse(meta["creationTimestamp"])
    return {
        "name": meta["name"],
        "namespace": meta["namespace"],
        "uid": meta["uid"],
        "status": what,
        "stage": _stage(what, pod, stage),
        "since": stage[1] if stage else created,
        "created": created,
        "reason": reason,
        "node": spec.get("nodeName", ""),
        "ip": status.get("podIP", ""),
        "owner": owner["uid"] if owner and owner["kind"] != "Node" else "",
        "app": app_label(pod),
        "revision": _revision(meta),
        "index": _index(meta),
        "containers": containers,
        "rv": int(meta["resourceVersion"]),
    }


def _status(pod: Obj, containers: list[ContainerCard]) -> tuple[str, str]:
    status = pod.get("status", {})
    phase = status.get("phase", "Pending")
    failing = next((card for card in containers if card["reason"] in FAILING), None)
    if phase == "Failed":
        reason = str(status.get("reason", "")) or next((c["reason"] for c in containers if c["reason"]), "Error")
        return ("evicted" if reason in ("Evicted", "Preempted") else "failed"), reason
    if phase == "Succeeded":
        return "succeeded", "Completed"
    if pod["metadata"].get("deletionTimestamp"):
        return ("unknown", "NodeLost") if status.get("reason") == "NodeLost" else ("terminating", "Terminating")
    if failing is not None:
        return "failed", failing["reason"]
    if not pod["spec"].get("nodeName"):
        return "unscheduled", "Pending"
    if phase == "Running":
        return ("ready", "Running") if is_pod_ready(pod) else ("not-ready", "Running")
    return ("unknown", "Unknown") if phase == "Unknown" else ("creating", "ContainerCreating")


def _stage(status: str, pod: Obj, told: tuple[str, int] | None) -> str:
    if status in ("succeeded", "evicted", "unknown", "unscheduled", "terminating", "ready"):
        return status
    if pod.get("status", {}).get("phase") == "Failed":
        return "failed"
    return told[0] if told is not None and told[0] != "gone" else "scheduled"


def _revision(meta: Obj) -> str:
    labels = meta.get("labels") or {}
    return str(labels.get("pod-template-hash") or labels.get("controller-revision-hash", "")).rpartition("-")[2]


def _index(meta: Obj) -> int:
    text = (meta.get("annotations") or {}).get(COMPLETION_INDEX, "")
    return int(text) if text.isdecimal() else -1


def _containers(spec: Obj, status: Obj) -> list[ContainerCard]:
    cards: list[ContainerCard] = []
    for kind, field, statuses in LISTS:
        known = {entry["name"]: entry for entry in status.get(statuses, ())}
        for container in spec.get(field, ()):
            sidecar = kind == "init" and container.get("restartPolicy") == "Always"
            cards.append(_container(container, known.get(container["name"], {}), "sidecar" if sidecar else kind))
    return cards


def _container(container: Obj, status: Obj, kind: str) -> ContainerCard:
    state = status.get("state") or {"waiting": {}}
    name, detail = next(iter(state.items()))
    return {
        "name": container["name"],
        "image": container["image"],
        "init": kind in ("init", "sidecar"),
        "kind": kind,
        "state": name,
        "reason": (detail or {}).get("reason", ""),
        "ready": bool(status.get("ready")),
        "restarts": status.get("restartCount", 0),
    }
