"""The status of a Job, made in two writes: pods that have ended are first noted as uncounted, then lose their finalizer, then count.

So no pod is counted twice or lost, whatever crashes in between. Upstream: `trackJobStatusAndRemoveFinalizers` and the end of `syncJob` in
`pkg/controller/job/job_controller.go`.
"""

from __future__ import annotations

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.job_indexes import index_of, total, valid_index, with_indexes, written
from cluster_core.controllers.job_look import COMPLETE, FAILED, MET, REACHED, SUSPENDED, TARGET, JobLook, condition
from cluster_core.controllers.job_pods import is_failed, is_indexed, is_tracked
from cluster_core.controllers.job_policies import judge

UNCOUNTED_MAX = 500


def report(look: JobLook) -> None:
    """After pods were made or removed: counts, conditions, and the pods that are to be counted now."""
    gone = [pod for pod in look.victims if pod["metadata"]["uid"] not in look.refused]
    look.ready -= sum(is_pod_ready(pod) for pod in gone)
    look.terminating += len(gone)
    active = len(look.active) - len(gone) + look.created
    if look.finish is not None:
        if active or not look.satisfied:
            # Pods may be left, or not in the cache yet: it is too early to say so.
            look.finish = None
    else:
        _conclude(look, active)
    old = look.job.get("status") or {}
    told = (active, look.ready, look.terminating)
    look.flush = look.flush or told != (old.get("active", 0), old.get("ready"), old.get("terminating"))
    look.status.update(active=active, ready=look.ready, terminating=look.terminating)
    _track(look)


def finish(look: JobLook, failed: bool) -> bool:
    """After the finalizers: count the pods, and say the last word if nothing is left to wait for; whether it was said.

    `failed`: not every finalizer could be taken off.
    """
    look.flush = _clean(look)
    if failed or look.finish is None or look.full or any(look.uncounted.values()) or look.terminating > 0:
        return False
    look.status["conditions"], _ = _ensured(look, look.finish)
    if look.finish["type"] == COMPLETE:
        look.status["completionTime"] = look.finish["lastTransitionTime"]
    look.flush = True
    return True


def body(look: JobLook) -> Obj:
    """The Job with its new status; counts that are 0 are left out."""
    status = {name: value for name, value in look.status.items() if name not in ("active", "succeeded", "failed")}
    for name in ("active", "succeeded", "failed"):
        if look.status.get(name):
            status[name] = look.status[name]
    if not status.get("completedIndexes"):
        status.pop("completedIndexes", None)
    return {**look.job, "status": status}


def _conclude(look: JobLook, active: int) -> None:
    """A Job that is not decided may have become complete; else it is running or suspended."""
    completions = look.spec.get("completions")
    enough = look.succeeded > 0 if completions is None else look.succeeded >= completions
    if enough and active == 0:
        look.finish = condition(MET, *REACHED, look.now)
    elif look.managed and look.suspended:
        told = condition(SUSPENDED, "JobSuspended", "Job suspended", look.now)
        if _say(look, told, "Suspended"):
            look.status.pop("startTime", None)
    elif look.managed:
        told = condition(SUSPENDED, "JobResumed", "Job resumed", look.now, status="False")
        if _say(look, told, "Resumed"):
            look.status["startTime"] = rfc3339(look.now)


def _say(look: JobLook, told: Obj, reason: str) -> bool:
    look.status["conditions"], changed = _ensured(look, told)
    if changed:
        look.flush = True
        look.events.append(("Normal", reason, told["message"]))
    elif not look.status["conditions"]:
        del look.status["conditions"]
    return changed


def _ensured(look: JobLook, told: Obj) -> tuple[list[Obj], bool]:
    """The conditions with one told; nothing is said of one that never was and is false."""
    known: list[Obj] = list(look.status.get("conditions") or ())
    for number, found in enumerate(known):
        if found["type"] == told["type"]:
            same = all(found.get(name) == told[name] for name in ("status", "reason", "message"))
            return (known, False) if same else ([*known[:number], told, *known[number + 1 :]], True)
    return (known, False) if told["status"] == "False" else ([*known, told], True)


def _track(look: JobLook) -> None:
    indexed = is_indexed(look.job)
    pods = sorted(look.pods, key=_index_order) if indexed else look.pods
    open_pods = [pod for pod in pods if is_tracked(pod) and pod["metadata"]["uid"] not in look.awaited]
    look.tracked = {pod["metadata"]["uid"]: None for pod in open_pods}
    look.flush = _clean(look) or look.flush
    _note_ended(look, open_pods)
    if indexed:
        _note_indexes(look)
    _interim(look)


def _note_ended(look: JobLook, open_pods: list[Obj]) -> None:
    """Which pods lose their finalizer, and which of them are noted as uncounted."""
    known = look.uncounted
    succeeded, failed = list(known.get("succeeded") or ()), list(known.get("failed") or ())
    before, indexes = (len(succeeded), len(failed)), []
    lists = (dict.fromkeys(succeeded), dict.fromkeys(failed))
    for pod in open_pods:
        if not _may_go(look, pod):
            continue
        look.untrack.append(pod)
        uid, index = pod["metadata"]["uid"], valid_index(pod, look.spec.get("completions") or 0)
        if pod.get("status", {}).get("phase") == "Succeeded" and uid not in lists[1]:
            if is_indexed(look.job):
                indexes += [index] if index is not None and not _counted(look, index) else []
            elif uid not in lists[0]:
                succeeded.append(uid)
        elif _counts_as_failed(look, pod, index) and uid not in lists[1]:
            failed.append(uid)
        if len(indexes) + len(succeeded) + len(failed) >= UNCOUNTED_MAX:
            look.full = True
            break
    look.done = with_indexes(look.done, indexes)
    look.flush = look.flush or bool(indexes) or before != (len(succeeded), len(failed))
    lists_now = {"succeeded": succeeded, "failed": failed}
    look.status["uncountedTerminatedPods"] = {name: uids for name, uids in lists_now.items() if uids}


def _may_go(look: JobLook, pod: Obj) -> bool:
    """Whether a pod need not be kept: it has ended, unless its index waits for a replacement; or the Job is over."""
    ended = pod.get("status", {}).get("phase") == "Succeeded"
    if look.job["metadata"].get("deletionTimestamp") or look.finish is not None or ended:
        return True
    if not is_failed(pod, look.job):
        return False
    index = index_of(pod)
    held = look.delayed.get(index) if index is not None else None
    return held is None or held["metadata"]["uid"] != pod["metadata"]["uid"]


def _counts_as_failed(look: JobLook, pod: Obj, index: int | None) -> bool:
    """When a Job has failed, its pods that had not ended have failed with it."""
    lost = look.finish is not None and look.finish["type"] != MET
    if not is_failed(pod, look.job) and not lost:
        return False
    return (index is not None or not is_indexed(look.job)) and judge(look.job, pod).counted


def _counted(look: JobLook, index: int) -> bool:
    return any(first <= index <= last for first, last in look.before)


def _note_indexes(look: JobLook) -> None:
    text, old = written(look.done), look.job.get("status") or {}
    look.flush = look.flush or text != old.get("completedIndexes", "")
    look.status["completedIndexes"], look.status["succeeded"] = text, total(look.done)
    failed = None if look.failed_indexes is None else written(look.failed_indexes)
    look.flush = look.flush or failed != old.get("failedIndexes")
    if failed is not None:
        look.status["failedIndexes"] = failed


def _interim(look: JobLook) -> None:
    """What decides the Job is told before the finalizers go, and the last word after them."""
    told = look.finish
    if told is None or told["type"] not in (TARGET, MET):
        return
    if look.condition(told["type"]) is None:
        look.status["conditions"] = [*(look.status.get("conditions") or ()), told]
        look.flush = True
    last = COMPLETE if told["type"] == MET else FAILED
    look.finish = condition(last, told["reason"], told["message"], look.now)


def _clean(look: JobLook) -> bool:
    """Pods that have lost their finalizer count; whether there were any."""
    changed, left = False, {}
    for name in ("succeeded", "failed"):
        uids = look.uncounted.get(name) or []
        stay = [uid for uid in uids if uid in look.tracked]
        if len(stay) != len(uids):
            changed = True
            look.status[name] = look.status.get(name, 0) + len(uids) - len(stay)
        if stay:
            left[name] = stay
    look.status["uncountedTerminatedPods"] = left
    return changed


def _index_order(pod: Obj) -> int:
    index = index_of(pod)
    return -1 if index is None else index
