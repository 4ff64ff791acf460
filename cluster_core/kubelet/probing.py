"""The probes of a running container: alarms at the ticks where an outcome changes, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster_core.kubelet import live_probing, probes, termination
from cluster_core.kubelet.container_state import INIT, ContainerState
from cluster_core.kubelet.probes import LIVENESS, READINESS, STARTUP
from cluster_core.kubelet.restarting import restarts
from cluster_core.kubelet.script import NEVER

if TYPE_CHECKING:
    from cluster_core.api.request import Obj
    from cluster_core.kubelet.pod_worker import PodWorker

FIRST_PROBE_US = 4_000
KILLED = 137


def attach(worker: PodWorker, state: ContainerState) -> None:
    """Begin to probe a container that has just started (or was found running)."""
    if state.role == INIT:
        return
    probe = probes.probe_of(state.spec, STARTUP)
    if probe is None:
        _attach_rest(worker, state)
    else:
        _arm(worker, state, probe, STARTUP)


def _attach_rest(worker: PodWorker, state: ContainerState) -> None:
    """The container counts as started: readiness and liveness are probed from now on."""
    state.started = True
    for kind in (READINESS, LIVENESS):
        probe = probes.probe_of(state.spec, kind)
        if probe is not None:
            _arm(worker, state, probe, kind)
        elif kind == READINESS:
            _ready_without_probe(worker, state)


def _ready_without_probe(worker: PodWorker, state: ContainerState) -> None:
    record = state.current
    serving = record.behaviour.serving_after if record is not None else None
    if record is None or serving is None or record.started_at + serving <= worker.now:
        state.ready = True
    elif serving < NEVER:
        worker.alarm(record.started_at + serving, "serving", state)


def _arm(worker: PodWorker, state: ContainerState, probe: Obj, kind: str) -> None:
    record = state.current
    if record is None:
        return
    # The first readiness probe follows the relist that sees the container run.
    scripted = worker.script.is_set or kind != READINESS
    gate = worker.now if scripted else worker.kubelet.next_relist() + FIRST_PROBE_US
    begins = probes.begins_at(probe, record.started_at, gate)
    if record.behaviour.runs or ("exec" in probe and not worker.script.is_set):
        live_probing.begin(worker, state, probe, kind, begins)
        return
    course = probes.course(probe, kind, begins, probes.serves_at(state.spec, probe, record, kind))
    for at, step in ((course.failed_at, "failed"), (course.passed_at, "passed"), (course.killed_at, "exhausted")):
        if at is not None and not (kind == LIVENESS and step == "passed"):
            worker.alarm(at, f"{kind}_{step}", state)


def _failed(worker: PodWorker, state: ContainerState, kind: str) -> None:
    probe, record = probes.probe_of(state.spec, kind), state.current
    if probe is None or record is None:
        return
    output = probes.failure_output(state.spec, probe, record, worker.facts.pod_ip, worker.now)
    worker.event("Warning", "Unhealthy", f"{kind.capitalize()} probe failed: {output}", state.name)
    worker.record("pod.probe-failed", state.name, probe=kind, period=probes.period_us(probe), output=output)


def _passed(worker: PodWorker, state: ContainerState, kind: str) -> None:
    probe, record = probes.probe_of(state.spec, kind), state.current
    if probe is None or record is None:
        return
    period = probes.period_us(probe)
    worker.record("pod.probe-passed", state.name, probe=kind, period=period, duration=worker.now - record.started_at)


def _startup_failed(worker: PodWorker, state: ContainerState) -> None:
    _failed(worker, state, STARTUP)


def _startup_passed(worker: PodWorker, state: ContainerState) -> None:
    _passed(worker, state, STARTUP)
    _attach_rest(worker, state)
    worker.report()
    worker.sync()


def _readiness_failed(worker: PodWorker, state: ContainerState) -> None:
    _failed(worker, state, READINESS)


def _readiness_passed(worker: PodWorker, state: ContainerState) -> None:
    _passed(worker, state, READINESS)
    _serving(worker, state)


def _serving(worker: PodWorker, state: ContainerState) -> None:
    state.ready = True
    worker.report()


def _liveness_failed(worker: PodWorker, state: ContainerState) -> None:
    _failed(worker, state, LIVENESS)


def _startup_exhausted(worker: PodWorker, state: ContainerState) -> None:
    _kill(worker, state, STARTUP)


def _liveness_exhausted(worker: PodWorker, state: ContainerState) -> None:
    _kill(worker, state, LIVENESS)


def _kill(worker: PodWorker, state: ContainerState, kind: str) -> None:
    """The last failure that was allowed: the container is stopped, and started again by the restart policy."""
    probe = probes.probe_of(state.spec, kind) or {}
    own = probe.get("terminationGracePeriodSeconds")
    grace = termination.grace_us(worker.pod) if own is None else termination.to_us(own)
    text = f"Container {state.name} failed {kind} probe"
    if restarts(worker.pod, state.spec, state.role, KILLED):
        text += ", will be restarted"
        state.again = True
    state.ready = state.started = False
    termination.stop_container(worker, state, worker.now + grace, text)


STEPS: dict[str, Callable[[PodWorker, ContainerState], None]] = {
    "serving": _serving,
    "startup_failed": _startup_failed,
    "startup_passed": _startup_passed,
    "startup_exhausted": _startup_exhausted,
    "readiness_failed": _readiness_failed,
    "readiness_passed": _readiness_passed,
    "liveness_failed": _liveness_failed,
    "liveness_exhausted": _liveness_exhausted,
}
