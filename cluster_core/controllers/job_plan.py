"""How many pods a Job should have, and which are to be made or to go: a pure function of what its controller sees.

Upstream: `manageJob` in `pkg/controller/job/job_controller.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.objects import is_pod_terminating
from cluster_core.api.request import Obj
from cluster_core.client.plan import Decision
from cluster_core.controllers.job_backoff import remaining_of_index
from cluster_core.controllers.job_indexes import free_indexes, indexes_of, merged, with_indexes
from cluster_core.controllers.job_look import JobLook
from cluster_core.controllers.job_pods import for_removal, is_indexed, new_pod, only_failed_replaced

PER_TURN_MAX = 500


@dataclass(slots=True)
class JobStep:
    """What to do about pods: bodies of those to make, or those to delete; `wait` (µs): a back-off that is not over.

    `untrack`: the finalizer of what is deleted goes first, for these pods are not to be counted.
    """

    make: list[Obj] = field(default_factory=list)
    remove: list[Obj] = field(default_factory=list)
    untrack: bool = True
    wait: int = 0
    decisions: list[Decision] = field(default_factory=list)


def next_step(look: JobLook) -> JobStep:
    """A Job that is decided loses its pods; any other is given as many as it may have."""
    if look.finish is not None:
        return _remove(look, look.active, 0, untrack=False)
    if not look.satisfied or look.job["metadata"].get("deletionTimestamp"):
        return JobStep()
    look.managed = True
    if look.suspended:
        return _remove(look, for_removal(look.job, look.active, len(look.active)), 0)
    want = wanted(look)
    surplus = for_removal(look.job, look.active, max(0, len(look.active) - want))
    if surplus:
        return _remove(look, surplus[:PER_TURN_MAX], want)
    return _make(look, want)


def wanted(look: JobLook) -> int:
    """How many active pods there should be: never more than completions are missing."""
    parallelism, completions = int(look.spec.get("parallelism", 1)), look.spec.get("completions")
    if completions is None:
        # A work queue: once a pod has succeeded, the others are left to finish.
        return len(look.active) if look.succeeded > 0 else parallelism
    missing = int(completions) - look.succeeded
    return max(0, min(missing, parallelism))


def _remove(look: JobLook, pods: list[Obj], want: int, untrack: bool = True) -> JobStep:
    if not pods:
        return JobStep()
    names = [pod["metadata"]["name"] for pod in pods]
    facts = {"pods": names, "have": len(look.active), "want": want}
    return JobStep(remove=pods, untrack=untrack, decisions=[Decision("job.delete-pods", facts)])


def _make(look: JobLook, want: int) -> JobStep:
    ending = look.terminating if only_failed_replaced(look.job) else 0
    count = want - ending - len(look.active)
    if count <= 0:
        if ending and want > len(look.active):
            return JobStep(decisions=[Decision("job.awaits-ending", {"count": ending}, taken=False)])
        return JobStep()
    per_index = look.spec.get("backoffLimitPerIndex") is not None
    wait = 0 if per_index else look.record.remaining(look.now)
    if wait > 0:
        facts = {"failures": look.record.failures, "duration": wait}
        return JobStep(wait=wait, decisions=[Decision("job.backs-off", facts, taken=False)])
    count = min(count, PER_TURN_MAX)
    if is_indexed(look.job):
        return _make_indexes(look, _pending(look, count), want)
    return _making(look, [new_pod(look.job)] * count, want)


def _make_indexes(look: JobLook, indexes: list[int], want: int) -> JobStep:
    """Pods for those of the indexes whose own back-off is over."""
    waits = {index: remaining_of_index(look.delayed.get(index), look.now) for index in indexes}
    now = [index for index in indexes if not waits[index]]
    if indexes and not now:
        wait = min(waits.values())
        return JobStep(wait=wait, decisions=[Decision("job.index-backs-off", {"duration": wait}, taken=False)])
    return _making(look, [new_pod(look.job, index, look.delayed.get(index)) for index in now], want)


def _making(look: JobLook, bodies: list[Obj], want: int) -> JobStep:
    if not bodies:
        return JobStep()
    facts = {"count": len(bodies), "have": len(look.active), "want": want}
    return JobStep(make=bodies, decisions=[Decision("job.create-pods", facts)])


def _pending(look: JobLook, count: int) -> list[int]:
    """The first indexes that nobody works on, and that are not decided."""
    taken = with_indexes(look.done, indexes_of(look.active))
    if only_failed_replaced(look.job):
        taken = with_indexes(taken, indexes_of(pod for pod in look.pods if is_pod_terminating(pod)))
    return free_indexes(merged(taken, look.failed_indexes or ()), count, look.spec["completions"])
