"""Resizing a pod in place: what is wanted is granted if it fits, then put in force, with a restart where the container asks for one.

A resize that can never fit is Infeasible, one that does not fit now Deferred: it is tried again when a pod of the node goes or is resized, and
every three minutes. Real Kubernetes counts of a pod that shrinks what its containers still have until they have given it back.
Upstream: `pkg/kubelet/allocation/allocation_manager.go`, `computePodResizeAction` of `pkg/kubelet/kuberuntime/kuberuntime_manager.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.pod_resources import amounts
from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.kubelet import stages, termination
from cluster_core.kubelet.admission import claim_of
from cluster_core.kubelet.allocation import allocation_of, changed_resources, granted, pod_resources, summary
from cluster_core.kubelet.container_state import APP, INIT, ContainerState
from cluster_core.kubelet.memory import memory_limit
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.shelf import Fixed

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

RETRY_US, AGAIN_US = 180 * US_PER_SECOND, 60 * US_PER_SECOND
PENDING, IN_PROGRESS = "PodResizePending", "PodResizeInProgress"
QUALITIES = {"Guaranteed": 0, "Burstable": 1, "BestEffort": 2}


class Resizes:
    """The pods of a node whose resize waits, by uid, with when it began to wait (µs)."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.pending: dict[str, int] = {}
        self.serial = 0

    def begin(self) -> None:
        """The kubelet has started."""
        self.pending.clear()

    def admitted(self, worker: PodWorker) -> None:
        """A pod was taken: what it asks for is granted."""
        self.kubelet.allocations[worker.uid] = allocation_of(worker.pod)

    def changed(self, worker: PodWorker) -> None:
        """The object of a pod has changed: other resources are wanted."""
        waits = worker.uid in self.pending or _condition(worker, PENDING) is not None
        if worker.stage != stages.RUNNING or not (waits or _wants_more(worker)):
            return
        self.pending.setdefault(worker.uid, self.kubelet.sim.now)
        self.retry()

    def retry(self) -> None:
        """Look at every resize that waits: those that ask for less first, then by priority, quality of service, and age.

        Not before all pods of the node are known."""
        if not self.pending or not self.kubelet.synced:
            return
        for worker in sorted((self.kubelet.workers[uid] for uid in self._known()), key=self._place):
            told = list(worker.facts.resize)
            if self._settle(worker):
                del self.pending[worker.uid]
            if worker.facts.resize != told:
                worker.report()
        self.serial += 1
        if self.pending:
            self.kubelet.node_alarm(self.kubelet.sim.now + RETRY_US, "resizes", self.serial)

    def wake(self, serial: int) -> None:
        """Three minutes have passed."""
        if serial == self.serial:
            self.retry()

    def _known(self) -> list[str]:
        for uid in [uid for uid in self.pending if uid not in self.kubelet.workers]:
            del self.pending[uid]
        return list(self.pending)

    def _place(self, worker: PodWorker) -> tuple[bool, int, int, int]:
        spec = worker.pod["spec"]
        now, before = amounts(worker.pod, "requests"), amounts(_granted(worker), "requests")
        grows = any(now.get(name, 0) > before.get(name, 0) for name in ("cpu", "memory"))
        quality = QUALITIES.get((worker.pod.get("status") or {}).get("qosClass", ""), 2)
        return grows, -int(spec.get("priority") or 0), quality, self.pending[worker.uid]

    def _settle(self, worker: PodWorker) -> bool:
        """Grant what a pod wants, or say why not; whether it needs no further look."""
        if not _wants_more(worker):
            _set(worker, PENDING, None)
            return True
        reason, message = self._refusal(worker)
        generation = worker.pod["metadata"].get("generation", 0)
        if not reason:
            self._grant(worker)
            return True
        if _set(worker, PENDING, (reason, message)):
            text = f"Pod resize {reason}: {summary(worker.pod, generation, message)}"
            worker.event("Warning", f"Resize{reason}", text)
            worker.record("pod.resize-refused", reason=reason, why=message)
        return reason == "Infeasible"

    def _refusal(self, worker: PodWorker) -> tuple[str, str]:
        """(reason, message) of a resize that is not granted now; ("", "") if it is."""
        claim, capacity = claim_of(worker.pod), self.kubelet.node.allocatable()
        for name, most in (("memory", parse_bytes(capacity["memory"])), ("cpu", parse_cpu(capacity["cpu"]))):
            if claim.requests[name] > most:
                text = f"{name}, requested: {claim.requests[name]}, capacity: {most}"
                return "Infeasible", f"Node didn't have enough capacity: {text}"
        refused = self.kubelet.refusal(worker, claim)
        return ("Deferred", refused.message) if refused is not None else ("", "")

    def _grant(self, worker: PodWorker) -> None:
        self.kubelet.allocations[worker.uid] = allocation = allocation_of(worker.pod)
        worker.claim = claim_of(worker.pod)
        worker.facts.resources = pod_resources(worker.pod)
        for name, resources in allocation.items():
            state = worker.states[name]
            state.spec = Fixed({**state.spec, "resources": resources})
        _set(worker, PENDING, None)
        _set(worker, IN_PROGRESS, None)
        _set(worker, IN_PROGRESS, ("", ""))
        generation = worker.pod["metadata"].get("generation", 0)
        worker.event("Normal", "ResizeStarted", f"Pod resize started: {summary(worker.pod, generation)}")
        worker.record("pod.resize-granted")
        actuate(worker)


def actuate(worker: PodWorker) -> None:
    """Put in force what was granted, container by container; the next relist finds it done."""
    if worker.stage != stages.RUNNING or _condition(worker, IN_PROGRESS) is None:
        return
    changed = [state for state in worker.states.values() if state.running(worker.now) and _differs(state)]
    refused = _too_small(worker, changed)
    if refused:
        if _set(worker, IN_PROGRESS, ("Error", refused)):
            generation = worker.pod["metadata"].get("generation", 0)
            told = summary(_granted(worker), generation, refused)
            worker.event("Warning", "ResizeError", f"Pod resize error: {told}")
        worker.report()
        worker.alarm(worker.now + AGAIN_US, "resize")
        return
    for state in changed:
        if _needs_restart(state):
            if not state.stopping:
                text = f"Container {state.name} resize requires restart"
                state.again = True
                termination.stop_container(worker, state, worker.now + termination.grace_us(worker.pod), text)
        elif state.current is not None:
            state.current.resources = state.spec.get("resources") or {}
    worker.kubelet.memory.look()
    worker.report()
    worker.alarm(worker.kubelet.next_relist(), "resized")


def completed(worker: PodWorker) -> None:
    """The relist looks whether all that was granted is in force."""
    if worker.stage != stages.RUNNING or _condition(worker, IN_PROGRESS) is None:
        return
    states = [state for state in worker.states.values() if state.role == APP or state.current is not None]
    if any(not state.running(worker.now) or _differs(state) for state in states if state.role != INIT):
        worker.alarm(worker.kubelet.next_relist(), "resized")
        return
    _set(worker, IN_PROGRESS, None)
    generation = worker.pod["metadata"].get("generation", 0)
    worker.event("Normal", "ResizeCompleted", f"Pod resize completed: {summary(_granted(worker), generation)}")
    worker.record("pod.resized")
    worker.report()
    worker.kubelet.resizes.retry()


def _granted(worker: PodWorker) -> Obj:
    return granted(worker.pod, worker.kubelet.allocations.get(worker.uid))


def _wants_more(worker: PodWorker) -> bool:
    allocation = worker.kubelet.allocations.get(worker.uid)
    return allocation is not None and allocation != allocation_of(worker.pod)


def _differs(state: ContainerState) -> bool:
    in_force = state.current.resources if state.current is not None else {}
    return bool(changed_resources(in_force, state.spec.get("resources") or {}))


def _needs_restart(state: ContainerState) -> bool:
    assert state.current is not None
    changed = changed_resources(state.current.resources, state.spec.get("resources") or {})
    policies = {one["resourceName"]: one["restartPolicy"] for one in state.spec.get("resizePolicy") or ()}
    return any(policies.get(name) == "RestartContainer" for name in changed)


def _too_small(worker: PodWorker, changed: list[ContainerState]) -> str:
    """Why memory limits are not lowered: the containers take more at the moment."""
    taken = worker.kubelet.memory.by_container().get(worker.uid, {})
    problems = []
    for state in changed:
        record = state.current
        assert record is not None
        limit = parse_bytes(((state.spec.get("resources") or {}).get("limits") or {}).get("memory", "0"))
        used, before = taken.get(state.name, 0), memory_limit(record)
        if limit and (not before or limit < before) and limit < used and not _needs_restart(state):
            problems.append(
                f'attempting to set container "{state.name}" memory limit ({limit}) below current usage ({used})'
            )
    limits = worker.facts.resources.get("limits") or {}
    whole = parse_bytes(limits.get("memory", "0"))
    if problems and whole and whole < sum(taken.values()) and _all_limited(worker):
        problems.insert(0, f"attempting to set pod memory limit ({whole}) below current usage ({sum(taken.values())})")
    if not problems:
        return ""
    told = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    return f"cannot decrease memory limits: {told}"


def _all_limited(worker: PodWorker) -> bool:
    apps = [state for state in worker.states.values() if state.role == APP]
    return all("memory" in ((state.spec.get("resources") or {}).get("limits") or {}) for state in apps)


def _condition(worker: PodWorker, kind: str) -> Obj | None:
    return next((one for one in worker.facts.resize if one["type"] == kind), None)


def _set(worker: PodWorker, kind: str, told: tuple[str, str] | None) -> bool:
    """Set a condition of the resize to (reason, message), or take it away; whether that changes anything."""
    before = _condition(worker, kind)
    others = [one for one in worker.facts.resize if one["type"] != kind]
    if told is None:
        worker.facts.resize = others
        return before is not None
    generation = worker.pod["metadata"].get("generation")
    same = before is not None and (before.get("reason", ""), before.get("message", "")) == told
    if same and before is not None and before.get("observedGeneration") == generation:
        return False
    now = rfc3339(worker.now)
    found: Obj = {"type": kind, "status": "True", "lastProbeTime": now, "lastTransitionTime": now}
    if generation:
        found["observedGeneration"] = generation
    found |= {name: text for name, text in zip(("reason", "message"), told, strict=True) if text}
    worker.facts.resize = sorted([*others, found], key=lambda one: str(one["type"]), reverse=True)
    return True
