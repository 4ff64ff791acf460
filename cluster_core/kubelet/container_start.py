"""Starting a container of a pod: its image, the process, its probes, its exit. Each step is the end of an alarm."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster_core.kubelet import (
    beside,
    live_probing,
    metering,
    node_programs,
    probe_rest,
    probing,
    pulling,
    termination,
)
from cluster_core.kubelet.backoff import BackOff
from cluster_core.kubelet.behaviour import behaviour_of
from cluster_core.kubelet.beside import Beside
from cluster_core.kubelet.container_state import INIT, ContainerState
from cluster_core.kubelet.environment import MissingReference, environment_of
from cluster_core.kubelet.images import Pull
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.sandbox import container_id
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.shelf import Fixed

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker


CONFIG_RETRY_US = 12 * US_PER_SECOND
POST_START_ENDED = "post_start_ended"


def begin(worker: PodWorker, state: ContainerState) -> None:
    """Decide to start a container: see to its image first."""
    state.starting = True
    state.begun_at = worker.now
    if pulling.ensure(worker, state):
        _create(worker, state)


def restart(worker: PodWorker, state: ContainerState, record: ContainerRecord) -> None:
    """Start an ended container again, now or when its back-off is over (CrashLoopBackOff)."""
    ended = record.exits_at or 0
    until = state.backoff.until(ended)
    if until > worker.now:
        if state.waiting is None:
            _back_off(worker, state, until)
        return
    state.backoff.next(ended, worker.now)
    begin(worker, state)


def redefined(worker: PodWorker, state: ContainerState, image: str) -> None:
    """The image of a container is another one now: the container is started again, whatever its restart policy says.

    Upstream: `computePodActions` of `kuberuntime_manager.go`.
    """
    state.spec = Fixed({**state.spec, "image": image})
    state.again, state.backoff, state.pull_backoff = True, BackOff(), BackOff()
    if state.running(worker.now):
        if not state.stopping:
            text = f"Container {state.name} definition changed, will be restarted"
            termination.stop_container(worker, state, worker.now + termination.grace_us(worker.pod), text)
        return
    state.serial += 1
    state.starting, state.waiting, state.pull_error = False, None, ""
    worker.sync()


def pulled(worker: PodWorker, state: ContainerState, pull: Pull, size: int) -> None:
    """The image has come, or the registry does not have it."""
    if pulling.finished(worker, state, pull, size):
        _create(worker, state)


def readopt(worker: PodWorker) -> None:
    """After a restart of the kubelet: containers run on; their probes and exits are watched again."""
    worker.facts.turns = metering.turns_of(worker.told)
    for state in worker.states.values():
        if state.running(worker.now):
            worker.kubelet.containers.adopt(worker, state)
            probing.attach(worker, state)
            _await_exit(worker, state)


def count_ready(worker: PodWorker) -> None:
    """After a restart of the kubelet: nobody probes a pod that is to go, so what runs of it counts as ready.

    Upstream: `pkg/kubelet/prober/prober_manager.go` (UpdatePodStatus).
    """
    for state in worker.states.values():
        if state.role != INIT and state.running(worker.now):
            state.started = state.ready = True


def _create(worker: PodWorker, state: ContainerState) -> None:
    missing = _missing_reference(worker, state)
    if missing:
        worker.event("Warning", "Failed", f"Error: {missing}", state.name)
        state.waiting = ("CreateContainerConfigError", missing)
        worker.report()
        worker.alarm(worker.now + CONFIG_RETRY_US, "config_again", state)
        return
    behaviour = behaviour_of(worker.pod, state.spec, state.role == INIT, worker.script)
    at = worker.now + behaviour.start_us
    if worker.script.start is not None:
        at = max(worker.now, worker.facts.start_time + worker.script.start)
    worker.alarm(at, "started", state)


def _missing_reference(worker: PodWorker, state: ContainerState) -> str:
    """What a container's environment needs and is not there, in upstream's words."""
    spec = state.spec
    if not spec.get("envFrom") and not any("valueFrom" in entry for entry in spec.get("env") or ()):
        return ""
    try:
        environment_of(worker.pod, spec, worker.named_facts(), [], worker.kubelet.reach.get)
    except MissingReference as missing:
        return str(missing)
    return ""


def _started(worker: PodWorker, state: ContainerState) -> None:
    """The process runs."""
    behaviour = behaviour_of(worker.pod, state.spec, state.role == INIT, worker.script)
    before = state.current or state.previous
    attempt = 0 if before is None else before.attempt + 1
    runtime = worker.kubelet.runtime_kind
    name = runtime.container_id(container_id(worker.uid, state.name, worker.now))
    record = ContainerRecord(state.name, name, state.spec["image"], attempt, worker.now, behaviour)
    record.resources = state.spec.get("resources") or {}
    record.image_name, record.image_id = runtime.image(record.image), runtime.image_id(record.image)
    worker.kubelet.runtime.start(worker.uid, record)
    state.previous, state.current = before, record
    state.starting, state.waiting, state.pull_error = False, None, ""
    state.ready = state.started = False
    state.again = False
    state.stopping, state.waits, state.hook, state.probes = False, False, None, {}
    worker.event("Normal", "Created", "Container created", state.name)
    worker.kubelet.containers.start(worker, state, record)
    worker.kubelet.memory.started(state, record)
    if behaviour.ephemeral:
        worker.kubelet.eviction.grown()
        worker.kubelet.eviction.written(worker)
    if record.exits_at is not None and record.exit_reason == "StartError":
        worker.event("Warning", "Failed", f"Error: {record.message}", state.name)
    else:
        worker.event("Normal", "Started", "Container started", state.name)
        node_programs.begin(worker, record)
        _post_start(worker, state)
    message = "pod.init-started" if state.role == INIT else "pod.container-started"
    worker.record(message, state.name, attempt=attempt, duration=worker.now - state.begun_at)
    _await_exit(worker, state)
    if state.hook is None:
        _go_on(worker, state)


def _go_on(worker: PodWorker, state: ContainerState) -> None:
    """The container is started: it is probed and told, the next one follows."""
    probing.attach(worker, state)
    worker.sync()
    worker.observe_soon()


def _await_exit(worker: PodWorker, state: ContainerState) -> None:
    record = state.current
    if record is not None and record.exits_at is not None:
        worker.alarm(record.exits_at, "exited", state)


def _post_start(worker: PodWorker, state: ContainerState) -> None:
    """A postStart hook runs; until it has ended the container is not probed, and no other one is started."""
    hook = (state.spec.get("lifecycle") or {}).get("postStart") or {}
    if not state.running(worker.now):
        return
    if "exec" in hook:
        state.hook = _run_hook(worker, state, list(hook["exec"].get("command") or ()))
    elif "sleep" in hook:
        state.hook = Beside(worker, state, POST_START_ENDED, code=0)
        worker.alarm(worker.now + int(hook["sleep"].get("seconds") or 0) * US_PER_SECOND, POST_START_ENDED, state)
    elif "httpGet" in hook:
        code = 0 if live_probing.answers(worker, state, hook) else 1
        state.hook = Beside(worker, state, POST_START_ENDED, code=code)
        worker.alarm(worker.now, POST_START_ENDED, state)
    state.starting = state.hook is not None


def _run_hook(worker: PodWorker, state: ContainerState, command: list[str]) -> Beside | None:
    """Start the program of a hook. In a server's container one that nobody has written here counts as done (None)."""
    record = state.current
    assert record is not None
    running = live_probing.userland_of(worker, state, record)
    if running is None or record.behaviour.runs:
        return beside.run(worker, state, command, POST_START_ENDED)
    probe_rest.begin_to_note(running)
    ran = beside.run(worker, state, command, POST_START_ENDED)
    found = probe_rest.used(running, 0, more=False)
    if found is None or not found.strange:
        return ran
    if ran.code is None:
        worker.kubelet.containers.stop_beside(running, ran.pid)
    return None


def _post_start_ended(worker: PodWorker, state: ContainerState) -> None:
    """A hook that fails costs the container its life."""
    ran, state.hook, state.starting = state.hook, None, False
    if ran is None or not state.running(worker.now) or state.stopping:
        return
    if ran.code:
        worker.event("Warning", "FailedPostStartHook", "PostStartHook failed", state.name)
        termination.stop_container(worker, state, worker.now + termination.grace_us(worker.pod), "FailedPostStartHook")
        return
    _go_on(worker, state)


def _config_again(worker: PodWorker, state: ContainerState) -> None:
    """What was missing may be there now."""
    state.starting = True
    _create(worker, state)


def exited(worker: PodWorker, state: ContainerState) -> None:
    """The process has ended; the next relist sees it."""
    record = state.exited(worker.now)
    if record is None or state.exit_seen == record.attempt + 1:
        return
    state.exit_seen = record.attempt + 1
    state.serial += 1
    state.ready = state.started = False
    node_programs.end(worker, record)
    worker.kubelet.registration.look_at_network()
    if state.hook is not None:
        state.hook, state.starting = None, False
    message = "pod.init-finished" if state.role == INIT else "pod.container-exited"
    worker.record(
        message, state.name, code=record.exit_code, reason=record.exit_reason, duration=worker.now - record.started_at
    )
    if worker.stage == "terminating":
        termination.container_stopped(worker)
    else:
        worker.observe_soon()


def _back_off(worker: PodWorker, state: ContainerState, until: int) -> None:
    delay = state.backoff.delay // US_PER_SECOND
    pretty = f"{delay // 60}m{delay % 60}s" if delay >= 60 else f"{delay}s"
    text = f"back-off {pretty} restarting failed container={state.name} pod={worker.full_name}"
    state.waiting = ("CrashLoopBackOff", text)
    worker.event(
        "Warning", "BackOff", f"Back-off restarting failed container {state.name} in pod {worker.full_name}", state.name
    )
    worker.record("pod.back-off", state.name, reason="CrashLoopBackOff", duration=state.backoff.delay, until=until)
    worker.kubelet.mark_dirty(worker.uid)
    worker.alarm(until, "sync", state)


STEPS: dict[str, Callable[[PodWorker, ContainerState], None]] = {
    "started": _started,
    "exited": exited,
    "pull_back_off": pulling.pull_back_off,
    "pull_again": pulling.pull_again,
    **probing.STEPS,
    POST_START_ENDED: _post_start_ended,
    "config_again": _config_again,
    **live_probing.STEPS,
    **termination.STEPS,
}
