"""What a kubelet knows of one container of a pod, and the container status made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.kubelet.backoff import BackOff
from cluster_core.kubelet.images import image_id, reference
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.sim.shelf import Fixed

INIT, SIDECAR, APP, EPHEMERAL = "init", "sidecar", "app", "ephemeral"


@dataclass(slots=True)
class ContainerState:
    """One container: its spec and role, its newest start in the runtime, and what it waits for.

    `serial` numbers its alarms: raising it voids those that are under way. `starting` from the decision to start it until
    it runs or its image fails. `kill_at` is when it is killed, once it is being stopped. `ready` and `started` are the answers of the readiness and the startup probe;
    `stopping` once its end has been asked for, `hook` the preStop program that runs, `probes` what is counted of live probes.
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
    hook: Any = None
    probes: dict[str, Any] = field(default_factory=dict)
    kill_at: int = 0
    backoff: BackOff = field(default_factory=BackOff)
    pull_backoff: BackOff = field(default_factory=BackOff)
    pull_error: str = ""

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

    def succeeded(self, now: int) -> bool:
        """Whether it has ended with code 0."""
        record = self.exited(now)
        return record is not None and record.exit_code == 0


def roles(pod: Obj) -> dict[str, ContainerState]:
    """The containers of a pod by name: init containers and sidecars in their order, then the others."""
    found: dict[str, ContainerState] = {}
    for spec in pod["spec"].get("initContainers") or ():
        role = SIDECAR if spec.get("restartPolicy") == "Always" else INIT
        found[spec["name"]] = ContainerState(Fixed(spec), role)
    for spec in pod["spec"]["containers"]:
        found[spec["name"]] = ContainerState(Fixed(spec), APP)
    return found


def container_status(state: ContainerState, now: int, idle_reason: str) -> Obj:
    """The status of one container. `idle_reason` is told of one that never started (ContainerCreating, PodInitializing).

    Real Kubernetes also lists its volume mounts and the resources that are in force.
    """
    record = state.current
    known = record is not None
    running = record is not None and record.running(now)
    status: Obj = {
        "name": state.name,
        "state": _state(state, now, idle_reason),
        "lastState": _last_state(state),
        "ready": _is_ready(state, now, running),
        "restartCount": state.restart_count,
        "image": reference(state.spec["image"]) if known else state.spec["image"],
        "imageID": image_id(state.spec["image"]) if known else "",
        "started": running and (state.started or state.role == INIT),
    }
    if record is not None:
        status["containerID"] = record.id
    return status


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
