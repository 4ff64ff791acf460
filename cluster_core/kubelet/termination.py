"""The end of a pod: preStop, SIGTERM, grace, SIGKILL; then its sandbox goes, the last status is told, the object is released.

Containers stop together; sidecars are told to together with them, but get their signal one after the other, the last one first, once the others have ended.
Upstream: `pkg/kubelet/kuberuntime/kuberuntime_container.go` (killContainer), `kuberuntime_termination_order.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cluster_core.api.request import Obj
from cluster_core.kubelet import beside, live_probing, sandbox, stages
from cluster_core.kubelet.container_state import SIDECAR, ContainerState
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker
    from cluster_core.kubelet.runtime import ContainerRecord

DEFAULT_GRACE = 30
HOOK_US = 20_000
DEADLINE, DEADLINE_TEXT = "DeadlineExceeded", "Pod was active on the node longer than the specified deadline"
MINIMUM_GRACE_US = 2 * US_PER_SECOND
"""What a container always has after its SIGTERM, also when its preStop hook has used up the grace period."""


def begin(worker: PodWorker) -> None:
    """The pod is to go: it is being deleted, or its object is gone already."""
    grace = grace_us(worker.pod)
    worker.record("pod.terminating", grace=grace, forced=worker.gone or worker.forced)
    _stop_all(worker, grace)


def end(worker: PodWorker) -> None:
    """All its containers have ended for good: what is left (sidecars) stops, and the sandbox goes."""
    _stop_all(worker, grace_us(worker.pod))


def kill(worker: PodWorker, grace: int, reason: str, message: str, disruption: bool = False) -> None:
    """The kubelet itself ends a pod within `grace` seconds: once nothing of it runs, it has failed for this reason. With `disruption` its
    condition DisruptionTarget says so at once. Upstream: `pkg/kubelet/pod_workers.go` (killPodNow)."""
    if worker.stage not in (stages.ADMITTED, stages.RUNNING):
        return
    worker.ending = (reason, message)
    worker.facts.disruption = message if disruption else ""
    worker.record("pod.terminating", grace=to_us(grace), forced=False)
    _stop_all(worker, to_us(grace))
    worker.report()


def deadline(worker: PodWorker) -> None:
    """The pod has been active for `activeDeadlineSeconds`. Upstream: `pkg/kubelet/active_deadline.go`."""
    seconds = worker.pod["spec"].get("activeDeadlineSeconds")
    if seconds is None or worker.stage not in (stages.ADMITTED, stages.RUNNING):
        return
    if worker.now < worker.facts.start_time + to_us(seconds):
        await_deadline(worker)
        return
    worker.event("Normal", DEADLINE, DEADLINE_TEXT)
    kill(worker, grace_us(worker.pod) // US_PER_SECOND, DEADLINE, DEADLINE_TEXT)


def await_deadline(worker: PodWorker) -> None:
    """Be there when a pod may no longer be active."""
    seconds = worker.pod["spec"].get("activeDeadlineSeconds")
    if seconds is not None:
        worker.alarm(worker.facts.start_time + to_us(seconds), "deadline")


def die(worker: PodWorker, state: ContainerState, record: ContainerRecord, reason: str) -> None:
    """The processes of a container are killed at once, by the kernel or by somebody with a shell on the node."""
    worker.kubelet.containers.signal(record, "KILL")
    record.exits_at, record.exit_code, record.reason = worker.now, 137, reason
    worker.alarm(worker.now, "exited", state)


def shorten(worker: PodWorker) -> None:
    """A second deletion gave a shorter grace period."""
    kill_at = worker.now + grace_us(worker.pod)
    if worker.stage != stages.TERMINATING or kill_at >= worker.kill_at or worker.kill_at <= worker.now:
        return
    if grace_us(worker.pod) < worker.kill_at - worker.terminating_at:
        worker.kill_at = kill_at
        for state in worker.states.values():
            if state.waits:
                _wait_for_turn(worker, state, worker.now, kill_at)
            elif state.running(worker.now):
                _set_end(worker, state, worker.now)


def container_stopped(worker: PodWorker) -> None:
    """One more container of a terminating pod is down: the sidecars follow the others, the pod follows the sidecars."""
    running = [state for state in worker.states.values() if state.running(worker.now)]
    if not running:
        _stopped(worker)
    else:
        for state in running:
            if state.waits and _is_its_turn(worker, state):
                _turn_has_come(worker, state)


def stop_container(worker: PodWorker, state: ContainerState, kill_at: int, text: str) -> None:
    """preStop, then SIGTERM, at `kill_at` (µs) SIGKILL. `text` is that of the Killing event."""
    worker.event("Normal", "Killing", text, state.name)
    state.stopping = True
    hook = (state.spec.get("lifecycle") or {}).get("preStop") or {}
    if "exec" in hook:
        _run_pre_stop(worker, state, kill_at, list(hook["exec"].get("command") or ()))
        return
    if "httpGet" in hook and not live_probing.answers(worker, state, hook):
        worker.event("Warning", "FailedPreStopHook", "PreStopHook failed", state.name)
    takes = _pre_stop_us(state.spec)
    term_at = min(worker.now + takes, kill_at)
    if not _is_its_turn(worker, state):
        _wait_for_turn(worker, state, term_at, kill_at)
        return
    _set_end(worker, state, term_at, kill_at)
    if takes:
        worker.alarm(term_at, "term_sent", state)
    else:
        _term_sent(worker, state)


def grace_us(pod: Obj) -> int:
    """The grace period that is in force; never under a second, even when the deletion was forced."""
    given = pod["metadata"].get("deletionGracePeriodSeconds")
    if given is None:
        given = pod["spec"].get("terminationGracePeriodSeconds", DEFAULT_GRACE)
    return to_us(max(1, int(given)))


def to_us(seconds: Any) -> int:
    """Whole seconds as µs."""
    return int(seconds) * US_PER_SECOND


def _stop_all(worker: PodWorker, grace: int) -> None:
    was_up = worker.stage in (stages.ADMITTED, stages.RUNNING)
    worker.stage = stages.TERMINATING
    worker.terminating_at, worker.kill_at = worker.now, worker.now + grace
    for state in worker.states.values():
        state.serial += 1
        state.starting = False
    if was_up and worker.deleting:
        worker.report()
    running = [state for state in worker.states.values() if state.running(worker.now)]
    for state in sorted(running, key=_is_sidecar):
        stop_container(worker, state, worker.kill_at, f"Stopping container {state.name}")
    if not running:
        container_stopped(worker)


def _is_sidecar(state: ContainerState) -> bool:
    return state.role == SIDECAR


def _is_its_turn(worker: PodWorker, state: ContainerState) -> bool:
    """Whether nothing runs any more that a sidecar serves: the containers of the pod, and the sidecars that were started after it."""
    if state.role != SIDECAR or worker.stage != stages.TERMINATING:
        return True
    sidecars = [one for one in worker.states.values() if one.role == SIDECAR]
    later = sidecars[sidecars.index(state) + 1 :]
    others = [one for one in worker.states.values() if one.role != SIDECAR]
    return not any(one.running(worker.now) for one in [*later, *others])


def _wait_for_turn(worker: PodWorker, state: ContainerState, since: int, kill_at: int) -> None:
    """A sidecar waits from `since` on (its preStop hook is over then), at most for the grace period."""
    state.serial += 1
    state.kill_at = kill_at
    if since > worker.now:
        worker.alarm(since, "hook_over", state)
        return
    state.waits = True
    worker.alarm(kill_at, "turn_has_come", state)


def _hook_over(worker: PodWorker, state: ContainerState) -> None:
    if _is_its_turn(worker, state):
        _turn_has_come(worker, state)
    else:
        _wait_for_turn(worker, state, worker.now, state.kill_at)


def _turn_has_come(worker: PodWorker, state: ContainerState) -> None:
    """The others have ended, or the grace period is over: the signal is sent."""
    state.waits = False
    _set_end(worker, state, worker.now, max(state.kill_at, worker.now))
    _term_sent(worker, state)


def _set_end(worker: PodWorker, state: ContainerState, term_at: int, kill_at: int | None = None) -> None:
    record = state.current
    if record is None:
        return
    state.serial += 1
    kill_at = worker.kill_at if kill_at is None else kill_at
    kill_at = state.kill_at = max(kill_at, term_at + MINIMUM_GRACE_US)
    if record.behaviour.runs:
        # Its programs say themselves when they end.
        worker.alarm(kill_at, "kill_sent", state)
        return
    worker.kubelet.runtime.stop(record, term_at, kill_at)
    ends = record.exits_at if record.exits_at is not None else kill_at
    if record.exit_code == 137 and ends == kill_at:
        worker.alarm(ends, "kill_sent", state)
    worker.alarm(ends, "exited", state)


def _pre_stop_us(container: Obj) -> int:
    """How long a preStop hook takes that is no program: a sleep, or a request."""
    hook = (container.get("lifecycle") or {}).get("preStop")
    if not hook:
        return 0
    if "sleep" in hook:
        return to_us(hook["sleep"].get("seconds", 0))
    return HOOK_US


def _run_pre_stop(worker: PodWorker, state: ContainerState, kill_at: int, command: list[str]) -> None:
    """The hook runs in the container; SIGTERM comes when it has ended, or when the grace period is over."""
    state.serial += 1
    state.kill_at = kill_at
    state.hook = beside.run(worker, state, command, "pre_stop_ended")
    worker.alarm(kill_at, "pre_stop_ended", state)


def _pre_stop_ended(worker: PodWorker, state: ContainerState) -> None:
    ran, state.hook = state.hook, None
    if ran is None or not state.running(worker.now):
        return
    if ran.code:
        worker.event("Warning", "FailedPreStopHook", "PreStopHook failed", state.name)
    _hook_over(worker, state)


def _term_sent(worker: PodWorker, state: ContainerState) -> None:
    worker.record("pod.term-sent", state.name, signal="SIGTERM", grace=state.kill_at - worker.now)
    if state.current is not None and state.current.behaviour.runs:
        worker.kubelet.containers.signal(state.current, "TERM")


def _kill_sent(worker: PodWorker, state: ContainerState) -> None:
    worker.record("pod.kill-sent", state.name, signal="SIGKILL")
    if state.current is not None and state.current.behaviour.runs:
        worker.kubelet.containers.signal(state.current, "KILL")


def _stopped(worker: PodWorker) -> None:
    """Nothing of the pod runs any more."""
    sandbox.release(worker)
    worker.kubelet.in_use.use(worker.uid, ())
    for state in worker.states.values():
        if state.current is not None:
            state.waiting = None
    worker.record("pod.stopped", duration=worker.now - worker.terminating_at)
    if worker.gone:
        worker.kubelet.forget(worker)
        worker.kubelet.pod_ended()
        return
    if worker.ending is not None:
        worker.facts.reason, worker.facts.message = worker.ending
    worker.stage = stages.STOPPED if worker.deleting else stages.ENDED
    worker.facts.ended = worker.deleting and not worker.facts.reason
    worker.report()
    worker.kubelet.pod_ended()


STEPS: dict[str, Callable[[PodWorker, ContainerState], None]] = {
    "term_sent": _term_sent,
    "kill_sent": _kill_sent,
    "pre_stop_ended": _pre_stop_ended,
    "hook_over": _hook_over,
    "turn_has_come": _turn_has_come,
}
