"""The row of a pod, and its STATUS: what its containers do counts more than its phase. Upstream: printers.go `printPod`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import NONE, age, containers, is_true, labels, name, spec, status
from cluster_core.apiserver.tables.duration import since
from cluster_core.apiserver.tables.printer import NAME, Cell, Column, Printer, named, wide

TERMINAL = ("Succeeded", "Failed")
FINISHED = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}


def pod_cells(pod: Obj, now: int) -> list[Cell]:
    """Name, ready containers, status, restarts and when the last was, age; address, node, nominated node, readiness gates."""
    summary = PodSummary(pod)
    addresses = status(pod).get("podIPs") or [{}]
    return [
        name(pod),
        f"{summary.ready}/{summary.total}",
        summary.reason,
        restarts(summary, now),
        age(pod, now),
        addresses[0].get("ip") or NONE,
        spec(pod).get("nodeName") or NONE,
        status(pod).get("nominatedNodeName") or NONE,
        _readiness_gates(pod),
    ]


def restarts(summary: PodSummary, now: int) -> str:
    """ "0", "3 (2m ago)"."""
    if summary.restarts and summary.last_restart:
        return f"{summary.restarts} ({since(summary.last_restart, now)} ago)"
    return str(summary.restarts)


class PodSummary:
    """What kubectl says of a pod: `reason` (the STATUS column), `ready` of `total` containers, `restarts`, `last_restart` (RFC 3339).

    Sidecars (init containers that always restart) count as containers.
    """

    def __init__(self, pod: Obj) -> None:
        self.pod = pod
        self.init = {each.get("name"): each for each in spec(pod).get("initContainers") or ()}
        self.total = len(spec(pod).get("containers") or ()) + sum(map(_is_sidecar, self.init.values()))
        self.ready = self.restarts = self.sidecar_restarts = 0
        self.last_restart = self.last_sidecar_restart = ""
        self.reason = self._phase_reason()
        waits = self._look_at_init()
        if not waits or is_true(status(pod).get("conditions"), "Initialized"):
            self._look_at_containers()
        self._look_at_deletion()

    def _phase_reason(self) -> str:
        conditions = status(self.pod).get("conditions") or ()
        if any(each.get("type") == "PodScheduled" and each.get("reason") == "SchedulingGated" for each in conditions):
            return "SchedulingGated"
        return str(status(self.pod).get("reason") or status(self.pod).get("phase", ""))

    def _look_at_init(self) -> bool:
        """Whether the pod still initialises: one init container has neither succeeded nor is a started sidecar."""
        for index, container in enumerate(status(self.pod).get("initContainerStatuses") or ()):
            sidecar = _is_sidecar(self.init.get(container.get("name"), {}))
            self._count_init(container, sidecar)
            if _exit_code(container) == 0:
                continue
            if sidecar and container.get("started"):
                self.ready += bool(container.get("ready"))
                continue
            self.reason = "Init:" + (_init_reason(container) or f"{index}/{len(self.init)}")
            return True
        return False

    def _count_init(self, container: Obj, sidecar: bool) -> None:
        count, when = container.get("restartCount", 0), _last_finished(container)
        self.restarts += count
        self.last_restart = max(self.last_restart, when)
        if sidecar:
            self.sidecar_restarts += count
            self.last_sidecar_restart = max(self.last_sidecar_restart, when)

    def _look_at_containers(self) -> None:
        self.restarts, self.last_restart = self.sidecar_restarts, self.last_sidecar_restart
        running, failure = False, ""
        for container in reversed(status(self.pod).get("containerStatuses") or ()):
            self.restarts += container.get("restartCount", 0)
            self.last_restart = max(self.last_restart, _last_finished(container))
            reason = _waiting_reason(container) or _exit_reason(container)
            if reason:
                self.reason = reason
                failure = reason if _exit_code(container) else failure
            elif container.get("ready") and "running" in (container.get("state") or {}):
                running = True
                self.ready += 1
        if self.reason == "Completed" and running:
            self.reason = "Running" if is_true(status(self.pod).get("conditions"), "Ready") else "NotReady"
        elif self.reason == "Completed":
            self.reason = failure or self.reason

    def _look_at_deletion(self) -> None:
        if self.pod["metadata"].get("deletionTimestamp"):
            if status(self.pod).get("reason") == "NodeLost":
                self.reason = "Unknown"
            elif status(self.pod).get("phase") not in TERMINAL:
                self.reason = "Terminating"


def row_conditions(pod: Obj) -> list[Obj]:
    """A finished pod's row is marked, so that a client may leave it out."""
    phase = status(pod).get("phase", "")
    if phase not in FINISHED:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": FINISHED[phase]}]


def _is_sidecar(container: Obj) -> bool:
    return container.get("restartPolicy") == "Always"


def _terminated(container: Obj) -> Obj | None:
    found: Obj | None = (container.get("state") or {}).get("terminated")
    return found


def _exit_code(container: Obj) -> Any:
    ended = _terminated(container)
    return None if ended is None else ended.get("exitCode", 0)


def _waiting_reason(container: Obj) -> str:
    return str(((container.get("state") or {}).get("waiting") or {}).get("reason", ""))


def _exit_reason(container: Obj) -> str:
    ended = _terminated(container)
    if ended is None:
        return ""
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _init_reason(container: Obj) -> str:
    if _terminated(container) is not None:
        return _exit_reason(container)
    waiting = _waiting_reason(container)
    return "" if waiting == "PodInitializing" else waiting


def _last_finished(container: Obj) -> str:
    return str(((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or "")


def _readiness_gates(pod: Obj) -> str:
    gates = spec(pod).get("readinessGates") or ()
    conditions = status(pod).get("conditions")
    met = sum(is_true(conditions, gate.get("conditionType", "")) for gate in gates)
    return f"{met}/{len(gates)}" if gates else NONE


def _template_cells(template: Obj, now: int) -> list[Cell]:
    inner = template.get("template") or {}
    return [name(template), *containers(inner), labels((inner.get("metadata") or {}).get("labels"))]


POD = Printer(
    (
        *named(
            Column("Ready", "The aggregate readiness state of this pod for accepting traffic."),
            Column("Status", "The aggregate status of the containers in this pod."),
            Column(
                "Restarts",
                "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
            ),
        ),
        wide("IP", "@core.v1.PodStatus.podIP"),
        wide("Node", "@core.v1.PodSpec.nodeName"),
        wide("Nominated Node", "@core.v1.PodStatus.nominatedNodeName"),
        wide("Readiness Gates", "@core.v1.PodSpec.readinessGates"),
    ),
    pod_cells,
)

POD_TEMPLATE = Printer(
    (
        NAME,
        Column("Containers", "Names of each container in the template."),
        Column("Images", "Images referenced by each container in the template."),
        Column("Pod Labels", "The labels for the pod template."),
    ),
    _template_cells,
)

PRINTERS = {"pods": POD, "podtemplates": POD_TEMPLATE}
