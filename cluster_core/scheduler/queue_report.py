"""The scheduling queue as plain JSON: who waits in which pool, since when and for what; the last decisions. Nothing changes by it."""

from __future__ import annotations

from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cluster_core.scheduler.queue import QueuedPod
    from cluster_core.scheduler.scheduler import Scheduler

GATES = "SchedulingGates"
POOL_MAX = 500
DECIDED_MAX = 50

Card = dict[str, Any]


def report(scheduler: Scheduler, most: int = POOL_MAX) -> Card:
    """The pools of a scheduler (at most `most` pods of each, `counts` has all), nominations, and its last 50 decisions, newest first."""
    queue = scheduler.queue
    gated = [queued for queued in queue.unschedulable.values() if queued.gated_by == GATES]
    parked = [queued for queued in queue.unschedulable.values() if queued.gated_by != GATES]
    pools = {"active": queue.active, "backoff": queue.backoff, "unschedulable": parked, "gated": gated}
    active = nsmallest(most, queue.active.values(), key=lambda queued: queued.order)
    return {
        "scheduler": scheduler.scheduler_name,
        "process": scheduler.name,
        "up": not scheduler.down,
        "profiles": list(scheduler.profiles),
        "counts": {name: len(pool) for name, pool in pools.items()},
        "active": [_waiting(queued) for queued in active],
        "backoff": [{**_waiting(one), "until": one.backoff_until} for one in islice(queue.backoff.values(), most)],
        "unschedulable": [_parked(scheduler, one) for one in parked[:most]],
        "gated": [_parked(scheduler, one) for one in gated[:most]],
        "in_flight": list(islice(queue.in_flight, most)),
        "nominated": {pod.key: node for node, pods in islice(queue.nominator.by_node.items(), most) for pod in pods},
        "decided": [
            {"pod": one.pod, "at": one.at, "node": one.node, "message": one.message}
            for one in islice(reversed(scheduler.verdicts.values()), DECIDED_MAX)
        ],
    }


def _waiting(queued: QueuedPod) -> Card:
    return {"pod": queued.key, "priority": queued.priority, "since": queued.since, "attempts": queued.attempts}


def _parked(scheduler: Scheduler, queued: QueuedPod) -> Card:
    verdict = scheduler.verdicts.get(queued.key)
    return {
        **_waiting(queued),
        "plugins": queued.plugins,
        "gated_by": queued.gated_by,
        "waits_for": scheduler.queue.hints.of(queued.info).waits_for(queued.plugins),
        "message": verdict.message if verdict is not None else "",
    }
