"""Probes that are asked: those of a container whose command runs in the shell, and every exec probe. Each tick is asked of its files and
sockets, as they are then; an exec probe rests while its answer cannot change (`probe_rest`).

A program that nobody has written here (`mongosh`, a health check of the image's own) answers as the container serves. Real Kubernetes runs it.

Upstream: `pkg/kubelet/prober/worker.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.kubelet import beside, probe_rest, probes
from cluster_core.kubelet.beside import Beside
from cluster_core.kubelet.environment import MissingReference
from cluster_core.kubelet.probe_rest import Rest, Used
from cluster_core.kubelet.probes import LIVENESS, READINESS, STARTUP
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.api.request import Obj
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.containers import Running
    from cluster_core.kubelet.pod_worker import PodWorker
    from cluster_core.kubelet.runtime import ContainerRecord


@dataclass(slots=True, eq=False)
class Asked:
    """One kind of probe of one start of a container: how often in a row it has failed or passed; `passes` None before the first answer,
    `asked_at` and `expires_at` of the last one (µs), `writes` there were before it, `used` what it looked at, `rest` while its answer stands."""

    kind: str
    failures: int = 0
    successes: int = 0
    passes: bool | None = None
    asking: Beside | None = None
    asked_at: int = 0
    expires_at: int = 0
    writes: int = 0
    used: Used | None = None
    rest: Rest | None = None


def begin(worker: PodWorker, state: ContainerState, probe: Obj, kind: str, at: int) -> None:
    """Ask for the first time at `at` (µs)."""
    state.probes[kind] = Asked(kind)
    worker.alarm(at, f"{kind}_asked", state)


def _ask(worker: PodWorker, state: ContainerState, kind: str) -> None:
    probe, record, asked = probes.probe_of(state.spec, kind), state.current, state.probes.get(kind)
    if probe is None or record is None or asked is None or not state.running(worker.now):
        return
    if kind == STARTUP and state.started:
        return
    if asked.rest is not None and asked.rest.holds():
        asked.asked_at = worker.now
        probe_rest.lie_down(worker.kubelet, (worker.uid, state.name, kind), (worker, state, asked))
        return
    worker.alarm(worker.now + probes.period_us(probe), f"{kind}_asked", state)
    if "exec" in probe:
        if asked.asking is None:
            _run(worker, state, probe, asked)
        return
    ok, output = _network(worker, state, probe)
    _judge(worker, state, kind, ok, output)


def _run(worker: PodWorker, state: ContainerState, probe: Obj, asked: Asked) -> None:
    """Run the program of an exec probe."""
    command, record = list(probe["exec"].get("command") or ()), state.current
    assert record is not None
    running, noting = userland_of(worker, state, record), _others_run(state, asked)
    if running is not None and not noting:
        probe_rest.begin_to_note(running)
    asked.asked_at, asked.rest, asked.used = worker.now, None, None
    asked.expires_at = worker.now + int(probe.get("timeoutSeconds") or 1) * US_PER_SECOND
    asked.writes = probe_rest.writes(running) if running is not None else 0
    asked.asking = beside.run(worker, state, command, f"{asked.kind}_answered")
    if asked.asking.code is None:
        worker.alarm(asked.expires_at, f"{asked.kind}_answered", state)
    elif running is not None:
        _take_notes(state, probe, asked, running)


def _others_run(state: ContainerState, asked: Asked) -> bool:
    """Whether programs of other probes of the container are running."""
    others = [other.asking for other in state.probes.values() if other is not asked]
    return any(ran is not None and ran.code is None for ran in others)


def _take_notes(state: ContainerState, probe: Obj, asked: Asked, running: Running) -> None:
    """The program has come to its end: what it has used, and whether its answer stands."""
    asked.used = probe_rest.used(running, asked.writes, _others_run(state, asked))
    if asked.used is not None:
        asked.rest = probe_rest.rest_of(running, list(probe["exec"].get("command") or ("",)), asked.used)


def userland_of(worker: PodWorker, state: ContainerState, record: ContainerRecord) -> Running | None:
    """The userland of a container; None if its environment cannot be made now."""
    try:
        return worker.kubelet.containers.open(worker, state, record)
    except MissingReference:
        return None


def _network(worker: PodWorker, state: ContainerState, probe: Obj) -> tuple[bool, str]:
    record, port = state.current, probes.probed_port(state.spec, probe)
    assert record is not None
    open_ports = [number for number, name in worker.kubelet.containers.listening(record, worker.now)]
    if port in open_ports:
        return True, ""
    return False, probes.failure_output(state.spec, probe, record, worker.facts.pod_ip, record.started_at)


def answers(worker: PodWorker, state: ContainerState, handler: Obj) -> bool:
    """Whether the request of a lifecycle hook (`httpGet`, `tcpSocket`) finds somebody who listens: in the container, or at `host`."""
    record, port = state.current, probes.probed_port(state.spec, handler)
    way = handler.get("httpGet") or handler.get("tcpSocket") or {}
    if record is None or port is None:
        return False
    if way.get("host"):
        meta = worker.pod["metadata"]
        reach = worker.kubelet.reach
        return reach.connect(meta["namespace"], meta["name"], way["host"], port, "TCP").result == "open"
    if record.behaviour.runs:
        return port in [number for number, _ in worker.kubelet.containers.listening(record, worker.now)]
    return port in record.behaviour.listens and worker.now >= record.started_at + record.behaviour.ready_after


def _answered(worker: PodWorker, state: ContainerState, kind: str) -> None:
    """The program of an exec probe has ended, or its time is over."""
    asked = state.probes.get(kind)
    if asked is None or asked.asking is None:
        return
    ran, probe, record = asked.asking, probes.probe_of(state.spec, kind) or {}, state.current
    if record is None or (ran.code is None and worker.now < asked.expires_at):
        return
    asked.asking = None
    running = worker.kubelet.containers.running.get(record.id)
    ok, output = ran.code == 0, ran.output.decode("utf-8", "replace")
    if ran.code is None:
        if ran.pid and running is not None:
            worker.kubelet.containers.stop_beside(running, ran.pid)
        timeout = int(probe.get("timeoutSeconds") or 1)
        command = " ".join(probe["exec"].get("command") or ())
        output = f'command timed out: "{command}" timed out after {timeout}s'
    if running is not None and asked.used is None:
        _take_notes(state, probe, asked, running)
    if asked.used is not None and asked.used.strange and not record.behaviour.runs:
        ok = worker.now >= probes.serves_at(state.spec, probe, record, kind)
        asked.rest = Rest(()) if ok else None
    _judge(worker, state, kind, ok, output)
    if asked.passes is not ok:
        asked.rest = None


def _judge(worker: PodWorker, state: ContainerState, kind: str, ok: bool, output: str) -> None:
    """Count; what the thresholds make of it happens when it changes."""
    asked, probe = state.probes[kind], probes.probe_of(state.spec, kind) or {}
    asked.failures, asked.successes = (0, asked.successes + 1) if ok else (asked.failures + 1, 0)
    if not ok:
        worker.event("Warning", "Unhealthy", f"{kind.capitalize()} probe failed: {output}", state.name)
        if asked.failures == 1:
            worker.record(
                "pod.probe-failed", state.name, probe=kind, period=probes.period_us(probe), output=output[:200]
            )
    needed = int(probe.get("successThreshold") or 1) if ok else int(probe.get("failureThreshold") or 3)
    reached = (asked.successes if ok else asked.failures) >= needed
    if not reached or asked.passes == ok:
        return
    asked.passes = ok
    _changed(worker, state, kind, ok)


def _changed(worker: PodWorker, state: ContainerState, kind: str, ok: bool) -> None:
    from cluster_core.kubelet import probing

    if kind == STARTUP:
        (probing.STEPS["startup_passed"] if ok else probing.STEPS["startup_exhausted"])(worker, state)
    elif kind == LIVENESS and not ok:
        probing.STEPS["liveness_exhausted"](worker, state)
    elif kind == READINESS and ok:
        probing.STEPS["readiness_passed"](worker, state)
    elif kind == READINESS and state.ready:
        state.ready = False
        worker.report()


def _step(
    action: Callable[[PodWorker, ContainerState, str], None], kind: str
) -> Callable[[PodWorker, ContainerState], None]:
    def step(worker: PodWorker, state: ContainerState) -> None:
        action(worker, state, kind)

    return step


STEPS: dict[str, Callable[[PodWorker, ContainerState], None]] = {
    f"{kind}_{name}": _step(action, kind)
    for kind in (STARTUP, READINESS, LIVENESS)
    for name, action in (("asked", _ask), ("answered", _answered))
}
