"""The binding cycle of a pod: Reserve, PreBind, then the binding itself. Upstream: `pkg/scheduler/schedule_one.go` (bindingCycle)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_core.api.request import Response
from cluster_core.scheduler.cluster_events import ASSIGNED_DELETE
from cluster_core.scheduler.failure import fail
from cluster_core.scheduler.framework import CycleState, Hold, Plugin, Write
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.queue import QueuedPod
from cluster_core.scheduler.status import Status
from cluster_core.sim.process import Message

if TYPE_CHECKING:
    from cluster_core.scheduler.scheduler import Scheduler


@dataclass(slots=True)
class HoldOver(Message):
    """The time until which a PreBind plugin holds a pod has come."""

    handler = "on_hold_over"

    uid: str


@dataclass(slots=True)
class BindingCycle:
    """A pod that has a node and is not bound yet. `place` is the PreBind plugin that it is at; `bound` says that
    the binding itself is on its way; `writes` are the open requests of PreBind plugins, by number.
    """

    queued: QueuedPod
    pod: PodInfo
    node: str
    state: CycleState
    place: int = 0
    bound: bool = False
    writes: dict[int, Write] = field(default_factory=dict)
    asked: int = 0

    def advance(self, profile: Profile, snapshot: Snapshot, now: int) -> Hold | Status | None:
        """Ask the PreBind plugins one after the other: None when all say go."""
        while self.place < len(profile.pre_binders):
            answer = self.plugin(profile).pre_bind(self.state, self.pod, self.node, snapshot, now)
            if answer is not None:
                if isinstance(answer, Status):
                    answer.plugin = self.plugin(profile).name
                return answer
            self.place += 1
        return None

    def plugin(self, profile: Profile) -> Plugin:
        """The PreBind plugin that it is at."""
        return profile.pre_binders[self.place]

    def open(self, write: Write) -> int:
        """Number a request that goes out now."""
        self.asked += 1
        self.writes[self.asked] = write
        return self.asked


def begin(scheduler: Scheduler, queued: QueuedPod, pod: PodInfo, node: str, state: CycleState) -> None:
    """The pod has a node: assume it there, reserve what it takes, and go on to its binding."""
    scheduler.assume(pod, node)
    refusal = scheduler.profile_of(pod).reserve(state, pod, node)
    if refusal is not None:
        scheduler.forget(pod, node)
        message = f"0/1 nodes are available: {', '.join(refusal.reasons)}."
        fail(scheduler, queued, message, [refusal.plugin] if refusal.rejects else [])
        return
    cycle = BindingCycle(queued, pod, node, state)
    scheduler.binding[pod.uid] = cycle
    advance(scheduler, cycle)


def advance(scheduler: Scheduler, cycle: BindingCycle) -> None:
    """Go as far as the PreBind plugins let the pod go; then bind it."""
    profile, now = scheduler.profile_of(cycle.pod), scheduler.sim.now
    answer = cycle.advance(profile, scheduler.cache.snapshot(), now)
    if isinstance(answer, Status):
        _give_up(scheduler, cycle, answer)
    elif isinstance(answer, Hold):
        for write in answer.writes:
            scheduler.write(("pre-bind", cycle.pod.uid, cycle.open(write)), write)
        if answer.until is not None:
            scheduler.alarm(max(answer.until, now), HoldOver(cycle.pod.uid))
    else:
        _bind(scheduler, cycle)


def news(scheduler: Scheduler, resource: str) -> None:
    """A kind that plugins read has changed: ask those of them that hold a pod."""
    for cycle in list(scheduler.binding.values()):
        profile = scheduler.profile_of(cycle.pod)
        if not cycle.bound and resource in cycle.plugin(profile).resources:
            advance(scheduler, cycle)


def hold_over(scheduler: Scheduler, uid: str) -> None:
    """The time until which a plugin held a pod has come."""
    cycle = scheduler.binding.get(uid)
    if cycle is not None and not cycle.bound:
        advance(scheduler, cycle)


def answered(scheduler: Scheduler, uid: str, number: int, response: Response) -> None:
    """The answer to a write of a PreBind plugin."""
    cycle = scheduler.binding.get(uid)
    write = cycle.writes.pop(number, None) if cycle is not None else None
    if cycle is None or write is None:
        return
    plugin = cycle.plugin(scheduler.profile_of(cycle.pod))
    refusal = plugin.answered(cycle.state, cycle.pod, write, response)
    if refusal is not None:
        refusal.plugin = plugin.name
        _give_up(scheduler, cycle, refusal)
    else:
        advance(scheduler, cycle)


def bound(scheduler: Scheduler, uid: str, response: Response) -> None:
    """The answer to the binding."""
    cycle = scheduler.binding.pop(uid, None)
    if cycle is None:
        return
    pod = cycle.pod
    if response.ok:
        scheduler.queue.done(pod.key)
        scheduler.record("scheduler.bound", object=f"pod/{pod.key}", node=cycle.node)
        scheduler.events_of(pod).event(
            pod.pod, "Normal", "Scheduled", f"Successfully assigned {pod.key} to {cycle.node}"
        )
        return
    error = str((response.body or {}).get("message", response.reason))
    _fail(scheduler, cycle, f'running Bind plugin "DefaultBinder": {error}')


def _bind(scheduler: Scheduler, cycle: BindingCycle) -> None:
    cycle.bound = True
    namespace, _, name = cycle.pod.key.partition("/")
    body = {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": name, "namespace": namespace, "uid": cycle.pod.uid},
        "target": {"kind": "Node", "name": cycle.node},
    }
    scheduler.write(("bind", cycle.pod.uid), Write("create", "pods", name, namespace, body, "binding"))


def _give_up(scheduler: Scheduler, cycle: BindingCycle, status: Status) -> None:
    """PreBind failed: the attempt counts for nothing, the pod is tried again after a back-off."""
    del scheduler.binding[cycle.pod.uid]
    _fail(scheduler, cycle, f'running PreBind plugin "{status.plugin}": {", ".join(status.reasons)}')


def _fail(scheduler: Scheduler, cycle: BindingCycle, message: str) -> None:
    """The pod gives its place back, which others may have been waiting for. Upstream: handleBindingCycleError."""
    scheduler.profile_of(cycle.pod).unreserve(cycle.state, cycle.pod, cycle.node)
    scheduler.forget(cycle.pod, cycle.node)
    uid = cycle.pod.uid
    scheduler.queue.move(ASSIGNED_DELETE, cycle.pod.pod, None, scheduler.sim.now, lambda other: other.info.uid != uid)
    fail(scheduler, cycle.queued, message, [])
