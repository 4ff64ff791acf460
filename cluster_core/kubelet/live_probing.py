"""Probes of a container whose command runs in the shell: each tick is asked of its files and sockets, as they are then.

Upstream: `pkg/kubelet/prober/worker.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.kubelet import beside, probes
from cluster_core.kubelet.beside import Beside
from cluster_core.kubelet.probes import LIVENESS, READINESS, STARTUP
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.api.request import Obj
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.pod_worker import PodWorker


@dataclass(slots=True, eq=False)
class Asked:
    """One kind of probe of one start of a container: how often in a row it has failed or passed; `passes` None before the first answer."""

    kind: str
    failures: int = 0
    successes: int = 0
    passes: bool | None = None
    asking: Beside | None = None


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
    worker.alarm(worker.now + probes.period_us(probe), f"{kind}_asked", state)
    if "exec" in probe:
        if asked.asking is not None:
            return
        asked.asking = beside.run(worker, state, list(probe["exec"].get("command") or ()), f"{kind}_answered")
        timeout = int(probe.get("timeoutSeconds") or 1) * US_PER_SECOND
        worker.alarm(worker.now + timeout, f"{kind}_answered", state)
        return
    ok, output = _network(worker, state, probe)
    _judge(worker, state, kind, ok, output)


def _network(worker: PodWorker, state: ContainerState, probe: Obj) -> tuple[bool, str]:
    record, port = state.current, probes.probed_port(state.spec, probe)
    assert record is not None
    open_ports = [number for number, name in worker.kubelet.containers.listening(record, worker.now)]
    if port in open_ports:
        return True, ""
    return False, probes.failure_output(state.spec, probe, record, worker.facts.pod_ip, record.started_at)


def _answered(worker: PodWorker, state: ContainerState, kind: str) -> None:
    """The program of an exec probe has ended, or its time is over."""
    asked = state.probes.get(kind)
    if asked is None or asked.asking is None:
        return
    ran, probe = asked.asking, probes.probe_of(state.spec, kind) or {}
    record = state.current
    if ran.code is None:
        due = ran.pid and record is not None
        asked.asking = None
        if due and record is not None and record.id in worker.kubelet.containers.running:
            worker.kubelet.containers.stop_beside(worker.kubelet.containers.running[record.id], ran.pid)
        timeout = int(probe.get("timeoutSeconds") or 1)
        command = " ".join(probe["exec"].get("command") or ())
        _judge(worker, state, kind, False, f'command timed out: "{command}" timed out after {timeout}s')
        return
    asked.asking = None
    _judge(worker, state, kind, ran.code == 0, ran.output.decode("utf-8", "replace"))


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
