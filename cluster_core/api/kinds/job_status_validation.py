"""Validation of the status of a Job: a controller may not turn back what has been decided.

Upstream: `ValidateJobUpdateStatus` of `pkg/apis/batch/validation`, with the rules of `pkg/registry/batch/job/strategy.go`, which look
only at what the write changes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from cluster_core.api.errors import OMITTED, Cause
from cluster_core.api.kinds.job_policies import interval, intervals
from cluster_core.api.kinds.kind import non_negative
from cluster_core.api.request import Obj

COUNTS = ("active", "succeeded", "failed", "ready", "terminating")
CONDITIONS = "status.conditions"


def validate_job_status(new: Obj, old: Obj) -> list[Cause]:
    """Whether the new status makes sense."""
    status, before = new.get("status") or {}, old.get("status") or {}
    causes = [cause for field in COUNTS for cause in non_negative(status.get(field), f"status.{field}")]
    causes += _validate_uncounted(status.get("uncountedTerminatedPods") or {})
    causes += list(_contradictions(status, before))
    causes += list(_times(status, before))
    causes += list(_of_finished(status, before))
    return causes + list(_indexes(new, status, before))


def validate_status_change(new: Obj, old: Obj) -> list[Cause]:
    """Whether it may follow the old one."""
    return list(_turned_back(new, new.get("status") or {}, old.get("status") or {}))


def _is_true(status: Obj, kind: str) -> bool:
    return any(c.get("type") == kind and c.get("status") == "True" for c in status.get("conditions") or ())


def _is_finished(status: Obj) -> bool:
    return _is_true(status, "Complete") or _is_true(status, "Failed")


def _changed(status: Obj, before: Obj, *kinds: str) -> bool:
    return any(_is_true(status, kind) != _is_true(before, kind) for kind in kinds)


def _differs(status: Obj, before: Obj, *fields: str) -> bool:
    return any(status.get(field) != before.get(field) for field in fields)


def _validate_uncounted(uncounted: Obj) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[str] = []
    for field in ("succeeded", "failed"):
        for index, uid in enumerate(uncounted.get(field) or ()):
            path = f"status.uncountedTerminatedPods.{field}[{index}]"
            if not uid:
                causes.append(Cause(path, "Invalid", "must not be empty", uid))
            elif uid in seen:
                causes.append(Cause(path, "Duplicate", "", uid))
            seen.append(uid)
    return causes


def _contradictions(status: Obj, before: Obj) -> Iterator[Cause]:
    """Conditions that exclude or require each other."""
    complete, failed, target, met = (
        _is_true(status, kind) for kind in ("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet")
    )
    if complete and failed and _changed(status, before, "Complete", "Failed"):
        yield _condition("cannot set Complete=True and Failed=true conditions")
    if complete and target and _changed(status, before, "Complete", "FailureTarget"):
        yield _condition("cannot set Complete=True and FailureTarget=true conditions")
    if failed and not target and _changed(status, before, "Failed", "FailureTarget"):
        yield _condition("cannot set Failed=True condition without the FailureTarget=true condition")
    if complete and not met and _changed(status, before, "Complete", "SuccessCriteriaMet"):
        yield _condition("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")
    if met and failed:
        yield _condition("cannot set SuccessCriteriaMet=True and Failed=true conditions")
    if met and target:
        yield _condition("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")


def _condition(words: str) -> Cause:
    return Cause(CONDITIONS, "Invalid", words, OMITTED)


def _times(status: Obj, before: Obj) -> Iterator[Cause]:
    """When it began and when it was complete."""
    start, end, path = status.get("startTime"), status.get("completionTime"), "status.completionTime"
    complete = _is_true(status, "Complete")
    if not _changed(status, before, "Complete") and not _differs(status, before, "startTime", "completionTime"):
        return
    if end is not None and not complete:
        yield Cause(path, "Invalid", "cannot set completionTime when there is no Complete=True condition", end)
    if end is None and complete:
        yield Cause(path, "Required", "completionTime is required for Complete jobs")
    if start is not None and end is not None and end < start:
        yield Cause(path, "Invalid", "must be equal to or after `startTime`", end)


def _of_finished(status: Obj, before: Obj) -> Iterator[Cause]:
    """A Job that is over has no pods left to count."""
    over = _is_finished(status)
    turned = over != _is_finished(before)
    active, ready = status.get("active") or 0, status.get("ready")
    if over and active > 0 and (turned or _differs(status, before, "active")):
        yield Cause("status.active", "Invalid", "active>0 is invalid for finished job", active)
    if over and status.get("startTime") is None and (turned or _differs(status, before, "startTime")):
        yield Cause("status.startTime", "Required", "startTime is required for finished job")
    uncounted = status.get("uncountedTerminatedPods") or {}
    if over and any(uncounted.values()) and (turned or _differs(status, before, "uncountedTerminatedPods")):
        yield Cause("status.uncountedTerminatedPods", "Invalid", "must be empty for finished job", uncounted)
    terminating = status.get("terminating") or 0
    if over and terminating > 0 and (turned or _differs(status, before, "terminating")):
        yield Cause("status.terminating", "Invalid", "terminating>0 is invalid for finished job", terminating)
    if ready is not None and ready > active and _differs(status, before, "ready", "active"):
        yield Cause("status.ready", "Invalid", "cannot set more ready pods than active", ready)


def _indexes(job: Obj, status: Obj, before: Obj) -> Iterator[Cause]:
    """Lists of indexes that are over."""
    spec, done, failed = job["spec"], status.get("completedIndexes") or "", status.get("failedIndexes")
    completions = spec.get("completions")
    if done and _differs(status, before, "completedIndexes"):
        if spec.get("completionMode") != "Indexed":
            words = "cannot set non-empty completedIndexes when non-indexed completion mode"
            yield Cause("status.completedIndexes", "Invalid", words, done)
        yield from _wrong(done, completions, "completedIndexes")
    if failed is not None and _differs(status, before, "failedIndexes"):
        if "backoffLimitPerIndex" not in spec:
            words = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
            yield Cause("status.failedIndexes", "Invalid", words, failed)
        else:
            yield from _wrong(failed, completions, "failedIndexes")
    if failed and completions is not None and _differs(status, before, "failedIndexes", "completedIndexes"):
        overlap = _overlap(done, failed, completions)
        if overlap is not None:
            words = f"failedIndexes and completedIndexes overlap at index: {overlap}"
            yield Cause("status.failedIndexes", "Invalid", words, failed)


def _wrong(text: str, completions: int | None, field: str) -> Iterator[Cause]:
    if completions is None:
        return
    try:
        intervals(text, completions)
    except ValueError as error:
        yield Cause(f"status.{field}", "Invalid", f"error parsing {field}: {error}", text)


def _overlap(done: str, failed: str, completions: int) -> int | None:
    """The first index in both lists; parts that are no intervals are passed over."""
    ours, theirs = (deque(_read(text, completions)) for text in (done, failed))
    while ours and theirs:
        (low, high), (other_low, other_high) = ours[0], theirs[0]
        if low <= other_high and other_low <= high:
            return max(low, other_low)
        (ours if low <= other_low else theirs).popleft()
    return None


def _read(text: str, completions: int) -> Iterator[tuple[int, int]]:
    for part in text.split(",") if text else ():
        try:
            yield interval(part, completions)
        except ValueError:
            continue


def _turned_back(job: Obj, status: Obj, before: Obj) -> Iterator[Cause]:
    for kind in ("Failed", "Complete", "FailureTarget"):
        if _is_true(before, kind) and not _is_true(status, kind):
            yield _condition(f"cannot disable the terminal {kind}=True condition")
    spec = job["spec"]
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    for field in ("failed",) if elastic else ("failed", "succeeded"):
        if (status.get(field) or 0) < (before.get(field) or 0):
            yield Cause(f"status.{field}", "Invalid", f"cannot decrease the {field} counter", status.get(field) or 0)
    end, ended = status.get("completionTime"), before.get("completionTime")
    if end is not None and ended is not None and end != ended:
        yield Cause("status.completionTime", "Invalid", "field is immutable", end)
    started: Any = before.get("startTime")
    if started is not None and started != status.get("startTime") and not spec.get("suspend"):
        yield Cause("status.startTime", "Required", "startTime cannot be removed for unsuspended job")
    if _is_true(before, "SuccessCriteriaMet") and not _is_true(status, "SuccessCriteriaMet"):
        yield _condition("cannot disable the SuccessCriteriaMet=True condition")
    if _is_true(before, "Complete") and _changed(status, before, "SuccessCriteriaMet"):
        yield _condition("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions")
