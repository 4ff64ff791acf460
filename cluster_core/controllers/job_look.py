"""What the Job controller sees in one turn: the pods by how they stand, the counts, and whether the Job is decided.

Upstream: the first half of `syncJob` in `pkg/controller/job/job_controller.go`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster_core.api.objects import is_pod_active, is_pod_ready, is_pod_terminating
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.controllers.job_backoff import BackOffRecord, after, finished_at
from cluster_core.controllers.job_indexes import (
    Intervals,
    index_failures,
    index_failures_all,
    indexes_of,
    parse_indexes,
    total,
    valid_index,
    with_indexes,
)
from cluster_core.controllers.job_pods import is_failed, is_indexed, is_tracked
from cluster_core.controllers.job_policies import judge, success_message
from cluster_core.sim.kernel import US_PER_SECOND

COMPLETE, FAILED, MET, TARGET, SUSPENDED = "Complete", "Failed", "SuccessCriteriaMet", "FailureTarget", "Suspended"
REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")


@dataclass(slots=True)
class JobLook:
    """A Job, its pods, and what they add up to; then what the writes of the turn came to.

    `status` is the one being made; `awaited`: uids of pods whose finalizer has been taken off already, by writes that the cache
    does not show yet; `finish`: the condition that decides the Job. `before` and `done` are the completed indexes, `failed_indexes`
    is None without a limit per index; `delayed`: the failed pod per index that stays until its replacement is made.
    """

    job: Obj
    pods: list[Obj]
    now: int
    satisfied: bool = True
    awaited: dict[str, None] = field(default_factory=dict)
    record: BackOffRecord = field(default_factory=BackOffRecord)
    status: Obj = field(default_factory=dict)
    active: list[Obj] = field(default_factory=list)
    ready: int = 0
    terminating: int = 0
    succeeded: int = 0
    failed: int = 0
    before: Intervals = ()
    done: Intervals = ()
    failed_indexes: Intervals | None = None
    delayed: dict[int, Obj] = field(default_factory=dict)
    finish: Obj | None = None
    # What was done about pods, and with what success.
    managed: bool = False
    created: int = 0
    unsent: int = 0
    victims: list[Obj] = field(default_factory=list)
    refused: dict[str, None] = field(default_factory=dict)
    # What is left to be written.
    phases: list[str] = field(default_factory=list)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    flush: bool = False
    full: bool = False
    broken: bool = False
    untrack: list[Obj] = field(default_factory=list)
    tracked: dict[str, None] = field(default_factory=dict)

    @property
    def spec(self) -> Obj:
        """The Job's spec."""
        found: Obj = self.job["spec"]
        return found

    @property
    def suspended(self) -> bool:
        """Whether the Job is to have no pods."""
        return bool(self.spec.get("suspend"))

    @property
    def uncounted(self) -> Obj:
        """`status.uncountedTerminatedPods`."""
        return self.status.get("uncountedTerminatedPods") or {}

    def condition(self, kind: str) -> Obj | None:
        """A condition that is true."""
        for found in self.status.get("conditions") or ():
            if found["type"] == kind and found["status"] == "True":
                result: Obj = found
                return result
        return None

    def uncounted_pods(self, known: Iterable[str]) -> list[Obj]:
        """Pods that are not counted yet, but for those in `known`; of an Indexed Job those with an index that exists."""
        skip = dict.fromkeys(known)
        found = [
            pod for pod in self.pods if is_tracked(pod) and _uid(pod) not in skip and _uid(pod) not in self.awaited
        ]
        if not is_indexed(self.job):
            return found
        return [pod for pod in found if valid_index(pod, self.spec["completions"]) is not None]


def survey(
    job: Obj, pods: list[Obj], now: int, satisfied: bool, awaited: dict[str, None], record: BackOffRecord
) -> JobLook:
    """Count, and find out whether the Job is decided."""
    status = dict(job.get("status") or {})
    status["uncountedTerminatedPods"] = status.get("uncountedTerminatedPods") or {}
    look = JobLook(job, pods, now, satisfied, awaited, status=status)
    look.active = [pod for pod in pods if is_pod_active(pod)]
    look.ready = sum(is_pod_ready(pod) for pod in look.active)
    look.terminating = sum(is_pod_terminating(pod) for pod in pods)
    _count(look, record)
    if "startTime" not in status and not look.suspended:
        status["startTime"] = rfc3339(now)
    look.finish = _decided(look)
    if is_indexed(job):
        _count_indexes(look)
    return look


def deadline_in(look: JobLook) -> int | None:
    """How long (µs) the Job may still be active."""
    seconds, start = look.spec.get("activeDeadlineSeconds"), look.status.get("startTime")
    if seconds is None or start is None or look.suspended:
        return None
    return int(parse(start) + seconds * US_PER_SECOND - look.now)


def condition(kind: str, reason: str, message: str, now: int, status: str = "True") -> Obj:
    """A condition of a Job."""
    at = rfc3339(now)
    told = {"type": kind, "status": status, "lastProbeTime": at, "lastTransitionTime": at}
    return {**told, "reason": reason, "message": message}


def _count(look: JobLook, record: BackOffRecord) -> None:
    status, uncounted = look.status, look.uncounted
    succeeded, failed = uncounted.get("succeeded") or (), uncounted.get("failed") or ()
    newly = [pod for pod in look.uncounted_pods(succeeded) if pod.get("status", {}).get("phase") == "Succeeded"]
    lost = [pod for pod in look.uncounted_pods(failed) if is_failed(pod, look.job)]
    look.succeeded = status.get("succeeded", 0) + len(newly) + len(succeeded)
    look.failed = status.get("failed", 0) + sum(judge(look.job, pod).counted for pod in lost) + len(failed)
    look.record = after(record, newly, lost)


def _decided(look: JobLook) -> Obj | None:
    """The condition that decides the Job, but for what its indexes say."""
    met, target = look.condition(MET), look.condition(TARGET)
    if met is not None:
        return met
    if target is not None:
        return condition(FAILED, target["reason"], target["message"], look.now)
    for pod in look.pods:
        message = judge(look.job, pod).message if is_failed(pod, look.job) else ""
        if message:
            return condition(TARGET, "PodFailurePolicy", message, look.now)
    if look.failed > look.spec["backoffLimit"] or _restarted_too_often(look):
        return _failure(look, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = deadline_in(look)
    if left is not None and left <= 0:
        return _failure(look, "DeadlineExceeded", "Job was active longer than specified deadline")
    return None


def _failure(look: JobLook, reason: str, message: str) -> Obj:
    return condition(TARGET, reason, message, look.now)


def _restarted_too_often(look: JobLook) -> bool:
    """With restartPolicy OnFailure it is the restarts of containers that count."""
    if look.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    restarts = 0
    for pod in look.pods:
        status = pod.get("status") or {}
        if status.get("phase", "Pending") in ("Running", "Pending"):
            for name in ("initContainerStatuses", "containerStatuses"):
                restarts += sum(one.get("restartCount", 0) for one in status.get(name) or ())
    limit = look.spec["backoffLimit"]
    return restarts > 0 if limit == 0 else restarts >= limit


def _count_indexes(look: JobLook) -> None:
    """Completed indexes, failed ones, and what they decide."""
    completions = look.spec["completions"]
    look.before = parse_indexes(look.status.get("completedIndexes", ""), completions)
    newly = [pod for pod in look.pods if is_tracked(pod) and (pod.get("status") or {}).get("phase") == "Succeeded"]
    look.done = with_indexes(look.before, _valid_indexes(newly, completions))
    look.succeeded = total(look.done)
    if look.spec.get("backoffLimitPerIndex") is not None:
        _count_failed_indexes(look)
    message = success_message(look.job, look.done) if look.finish is None else ""
    if message:
        look.finish = condition(MET, "SuccessPolicy", message, look.now)


def _count_failed_indexes(look: JobLook) -> None:
    completions = look.spec["completions"]
    known = parse_indexes(look.status.get("failedIndexes", ""), completions)
    newly = [pod for pod in look.pods if is_tracked(pod) and _fails_index(look.job, pod)]
    look.failed_indexes = failed = with_indexes(known, _valid_indexes(newly, completions))
    count, most = total(failed), look.spec.get("maxFailedIndexes")
    if look.finish is None and most is not None and count > most:
        text = "Job has exceeded the specified maximal number of failed indexes"
        look.finish = _failure(look, "MaxFailedIndexesExceeded", text)
    elif look.finish is None and count and count + look.succeeded >= completions:
        look.finish = _failure(look, "FailedIndexes", "Job has failed indexes")
    look.delayed = _delayed(look)


def _fails_index(job: Obj, pod: Obj) -> bool:
    """Whether a pod was the last that its index had."""
    if not is_failed(pod, job):
        return False
    verdict = judge(job, pod)
    if verdict.action == "FailIndex":
        return True
    return verdict.counted and index_failures(pod) >= job["spec"]["backoffLimitPerIndex"]


def _delayed(look: JobLook) -> dict[int, Obj]:
    """Per index without a pod: the failed one that knows how often the index has failed."""
    over = with_indexes(look.done, indexes_of(look.active))
    found: dict[int, Obj] = {}
    for pod in look.uncounted_pods(()):
        index = valid_index(pod, look.spec["completions"])
        if index is None or not is_failed(pod, look.job):
            continue
        if any(first <= index <= last for first, last in (*over, *(look.failed_indexes or ()))):
            continue
        known = found.get(index)
        if known is None or _is_later(pod, known):
            found[index] = pod
    return found


def _is_later(pod: Obj, known: Obj) -> bool:
    return index_failures_all(known) <= index_failures_all(pod) and finished_at(pod) >= finished_at(known)


def _valid_indexes(pods: list[Obj], completions: int) -> list[int]:
    return [index for pod in pods if (index := valid_index(pod, completions)) is not None]


def _uid(pod: Obj) -> str:
    return str(pod["metadata"]["uid"])
