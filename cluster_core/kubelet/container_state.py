"""What a kubelet knows of one container of a pod, and the container status made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.kubelet.backoff import BackOff
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.sim.shelf import Fixed

INIT, SIDECAR, APP, EPHEMERAL = "init", "sidecar", "app", "ephemeral"


@dataclass(slots=True)
class ContainerState:
    """One container: its spec and role, its newest start in the runtime, and what it waits for.

    `serial` numbers its alarms: raising it voids those that are under way. `starting` from the decision to start it until
    it runs or its image fails. `spec` has the resources that were granted, not those that are wanted. `kill_at` is when it is killed, once it is being stopped. `ready` and `started` are the answers of the readiness and the startup probe;
    `stopping` once its end has been asked for (`waits` while it is a sidecar whose turn has not come), `again` when it is to start again
    whatever its exit code is, `hook` the preStop program that runs, `probes` what is counted of live probes.
    """

    spec: Obj
    role: str
    current: ContainerRecord | None = None
    previous: ContainerRecord | None = None
    waiting: tuple[str, str] | None = None
    starting: bool = False
    begun_at: int = 0
    ready: bool = False
    started: bool = False
    serial: int = 0
    exit_seen: int = 0
    stopping: bool = False
    waits: bool = False
    again: bool = False
    hook: Any = None
    probes: dict[str, Any] = field(default_factory=dict)
    kill_at: int = 0
    backoff: BackOff = field(default_factory=BackOff)
    pull_backoff: BackOff = field(default_factory=BackOff)
    pull_error: str = ""
    mounts: list[Obj] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The container's name."""
        return str(self.spec["name"])

    @property
    def restart_count(self) -> int:
        """How often it was started again."""
        return self.current.attempt if self.current is not None else 0

    def running(self, now: int) -> bool:
        """Whether its process is alive."""
        return self.current is not None and self.current.running(now)

    def exited(self, now: int) -> ContainerRecord | None:
        """Its newest start, if that has ended."""
        return None if self.current is None or self.current.running(now) else self.current

    def ended_starts(self, now: int) -> int:
        """The number of its newest start, counted from 1, if that has ended; else 0."""
        record = self.exited(now)
        return 0 if record is None else record.attempt + 1

    def succeeded(self, now: int) -> bool:
        """Whether it has ended with code 0."""
        record = self.exited(now)
        return record is not None and record.exit_code == 0


def roles(pod: Obj) -> dict[str, ContainerState]:
    """The containers of a pod by name: init containers and sidecars in their order, then the others."""
    found: dict[str, ContainerState] = {}
    for spec in pod["spec"].get("initContainers") or ():
        role = SIDECAR if spec.get("restartPolicy") == "Always" else INIT
        found[spec["name"]] = ContainerState(Fixed(spec), role, mounts=mounts_of(spec))
    for spec in pod["spec"]["containers"]:
        found[spec["name"]] = ContainerState(Fixed(spec), APP, mounts=mounts_of(spec))
    return found


def container_status(state: ContainerState, now: int, idle_reason: str) -> Obj:
    """The status of one container. `idle_reason` is told of one that never started (ContainerCreating, PodInitializing).

    Of one that has started also the resources: those granted, and those in force. Real Kubernetes also tells as which user it runs.
    """
    record = state.current
    running = record is not None and record.running(now)
    status: Obj = {
        "name": state.name,
        "state": _state(state, now, idle_reason),
        "lastState": _last_state(state),
        "ready": _is_ready(state, now, running),
        "restartCount": state.restart_count,
        "image": record.image_name if record is not None else state.spec["image"],
        "imageID": record.image_id if record is not None else "",
        "started": running and (state.started or state.role == INIT),
    }
    if record is not None:
        status["containerID"] = record.id
        status |= _resources(state, record, running)
    if state.mounts:
        status["volumeMounts"] = state.mounts
    return status


def mounts_of(container: Obj) -> list[Obj]:
    """The mounts of a container as its status tells them."""
    return [
        {"name": one["name"], "mountPath": one["mountPath"]}
        | ({"readOnly": True, "recursiveReadOnly": "Disabled"} if one.get("readOnly") else {})
        for one in container.get("volumeMounts") or ()
    ]


def _resources(state: ContainerState, record: ContainerRecord, running: bool) -> Obj:
    """What was granted to a container, and what is in force. An ephemeral container has no resources of its own."""
    if state.role == EPHEMERAL:
        return {}
    allocated = state.spec.get("resources") or {}
    requests = allocated.get("requests")
    return ({"allocatedResources": requests} if requests else {}) | {
        "resources": record.resources if running else allocated
    }


def terminated(record: ContainerRecord) -> Obj:
    """The terminated state of a container that has ended."""
    return {
        "exitCode": record.exit_code,
        "reason": record.exit_reason,
        "startedAt": rfc3339(record.started_at),
        "finishedAt": rfc3339(record.exits_at or 0),
        "containerID": record.id,
        **({"message": record.message} if record.message else {}),
    }


def _is_ready(state: ContainerState, now: int, running: bool) -> bool:
    if state.role == INIT:
        return state.succeeded(now)
    return running and state.ready


def _state(state: ContainerState, now: int, idle_reason: str) -> Obj:
    if state.waiting is not None:
        reason, message = state.waiting
        return {"waiting": {"message": message, "reason": reason} if message else {"reason": reason}}
    record = state.current
    if record is None:
        return {"waiting": {"reason": idle_reason}}
    if record.running(now):
        return {"running": {"startedAt": rfc3339(record.started_at)}}
    return {"terminated": terminated(record)}


def _last_state(state: ContainerState) -> Obj:
    if state.waiting is not None:
        return {} if state.current is None else {"terminated": terminated(state.current)}
    return {} if state.previous is None else {"terminated": terminated(state.previous)}
