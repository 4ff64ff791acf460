"""The eviction of victims, beside the scheduling cycles. Upstream: `pkg/scheduler/framework/preemption/executor.go`, KEP-4832.

Every victim gets the condition DisruptionTarget, is deleted and told by an Event. The last one waits for the others; until its
deletion has begun, the pod that preempts is held back at PreEnqueue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_core.api.objects import pod_condition, set_condition
from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import rfc3339
from cluster_core.scheduler.framework import Write
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preemption import Candidate

if TYPE_CHECKING:
    from cluster_core.scheduler.scheduler import Scheduler

MESSAGE = "{}: preempting to accommodate a higher priority pod"


@dataclass(slots=True)
class Preempting:
    """A pod whose victims are being evicted: `open` are those that were asked to go, `last` the one that goes after them.

    `blocks` says whether the pod is held back: until the deletion of the last victim is seen to have begun.
    """

    pod: PodInfo
    node: str
    last: PodInfo
    open: dict[str, PodInfo] = field(default_factory=dict)
    failed: bool = False
    blocks: bool = True


def begin(scheduler: Scheduler, pod: PodInfo, candidate: Candidate) -> None:
    """Evict the victims that are not already leaving, and take the node from lower nominated pods, which look for another."""
    for other in scheduler.queue.nominator.lower(candidate.node, pod.priority):
        if other.pod.get("status", {}).get("nominatedNodeName"):
            _patch(scheduler, ("status",), other, {"nominatedNodeName": None})
    victims = [victim for victim in candidate.victims if not victim.terminating]
    if not victims:
        return
    scheduler.record(
        "scheduler.preempted", object=f"pod/{pod.key}", node=candidate.node, victims=[one.key for one in victims]
    )
    cycle = Preempting(pod, candidate.node, victims[-1])
    scheduler.preempting[pod.uid] = cycle
    for victim in victims[:-1] or victims:
        _evict(scheduler, cycle, victim)


def answered(scheduler: Scheduler, uid: str, victim_uid: str, step: str, response: Response) -> None:
    """The answer to the condition or to the deletion of a victim. One that is gone already counts as evicted."""
    cycle = scheduler.preempting.get(uid)
    victim = cycle.open.get(victim_uid) if cycle is not None else None
    if cycle is None or victim is None:
        return
    if response.ok and step == "condition":
        _delete(scheduler, cycle, victim)
        return
    if response.ok:
        words = f"Preempted by pod {cycle.pod.uid} on node {cycle.node}"
        scheduler.events_of(cycle.pod).event(victim.pod, "Normal", "Preempted", words)
    elif response.reason != "NotFound":
        cycle.failed = True
    del cycle.open[victim_uid]
    if not cycle.open:
        _others_done(scheduler, cycle, victim)


def saw(scheduler: Scheduler, uid: str, pod: Obj | None) -> None:
    """A pod changed or went: whoever waits for the beginning of its deletion is not held back any more."""
    if pod is None or "deletionTimestamp" in pod["metadata"]:
        for cycle in scheduler.preempting.values():
            if cycle.last.uid == uid and uid in cycle.open:
                cycle.blocks = False


def _others_done(scheduler: Scheduler, cycle: Preempting, victim: PodInfo) -> None:
    """All who were asked have answered: the last victim is asked, unless it was the one, or one before it could not be evicted."""
    if victim is not cycle.last and not cycle.failed:
        _evict(scheduler, cycle, cycle.last)
        return
    del scheduler.preempting[cycle.pod.uid]
    if cycle.failed:
        scheduler.queue.activate(cycle.pod.pod, scheduler.sim.now)


def _evict(scheduler: Scheduler, cycle: Preempting, victim: PodInfo) -> None:
    cycle.open[victim.uid] = victim
    condition = {
        "type": "DisruptionTarget",
        "observedGeneration": victim.pod["metadata"].get("generation", 1),
        "status": "True",
        "lastProbeTime": None,
        "reason": "PreemptionByScheduler",
        "message": MESSAGE.format(cycle.pod.pod["spec"].get("schedulerName", "")),
    }
    known = victim.pod.get("status", {}).get("conditions", [])
    now = rfc3339(scheduler.sim.now)
    conditions = set_condition(known, pod_condition(victim.pod, condition, now), now)
    if conditions == known:
        _delete(scheduler, cycle, victim)
    else:
        _patch(scheduler, _token(cycle, victim, "condition"), victim, {"conditions": conditions})


def _delete(scheduler: Scheduler, cycle: Preempting, victim: PodInfo) -> None:
    namespace, _, name = victim.key.partition("/")
    scheduler.write(_token(cycle, victim, "delete"), Write("delete", "pods", name, namespace))


def _token(cycle: Preempting, victim: PodInfo, step: str) -> tuple[str, ...]:
    return ("preempt", cycle.pod.uid, victim.uid, step)


def _patch(scheduler: Scheduler, token: tuple[str, ...], pod: PodInfo, status: Obj) -> None:
    namespace, _, name = pod.key.partition("/")
    options = {"patch_type": "strategic"}
    scheduler.write(token, Write("patch", "pods", name, namespace, {"status": status}, "status", options))
