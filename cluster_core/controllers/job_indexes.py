"""Completion indexes of an Indexed Job: sets of them as intervals ("0-3,5"), and which pods have which.

Upstream: `pkg/controller/job/indexed_job_utils.go`.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj

COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"
INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count"
INDEX_IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"
INT32_MAX = 2**31 - 1

Intervals = tuple[tuple[int, int], ...]


def parse_indexes(text: str, completions: int) -> Intervals:
    """The intervals of "0-3,5", cut off at `completions`; parts that cannot be read are left out."""
    found: list[tuple[int, int]] = []
    for part in text.split(",") if text else ():
        ends = part.split("-")
        if not all(end.isdecimal() for end in ends):
            continue
        first = int(ends[0])
        if first >= completions:
            break
        found.append((first, min(int(ends[1]), completions - 1) if len(ends) > 1 else first))
    return _joined(found)


def with_indexes(known: Intervals, more: Iterable[int]) -> Intervals:
    """The intervals with more indexes."""
    return merged(known, tuple((index, index) for index in sorted(set(more))))


def merged(left: Intervals, right: Intervals) -> Intervals:
    """The indexes that are in either."""
    return _joined(sorted([*left, *right])) if right else left


def total(known: Intervals) -> int:
    """How many indexes there are."""
    return sum(last - first + 1 for first, last in known)


def has_index(known: Intervals, index: int) -> bool:
    """Whether an index is among them."""
    return any(first <= index <= last for first, last in known)


def written(known: Intervals) -> str:
    """As in `status.completedIndexes`: "0-3,5"; two neighbours are written "7,8"."""
    parts = []
    for first, last in known:
        parts.append(str(first) if first == last else f"{first}{',' if last == first + 1 else '-'}{last}")
    return ",".join(parts)


def overlap(left: Intervals, right: Intervals) -> int:
    """How many indexes both have."""
    return sum(
        max(0, min(last, end) - max(first, start) + 1) for first, last in left for start, end in right if start <= last
    )


def free_indexes(taken: Intervals, count: int, completions: int) -> list[int]:
    """The first `count` indexes below `completions` that are not taken."""
    found: list[int] = []
    candidate = 0
    for first, last in (*taken, (completions, completions)):
        upto = min(first, completions, candidate + count - len(found))
        found.extend(range(candidate, upto))
        candidate = max(candidate, last + 1)
    return found


def index_of(pod: Obj) -> int | None:
    """The completion index of a pod, None if it has none that can be read."""
    text = (pod["metadata"].get("annotations") or {}).get(COMPLETION_INDEX)
    return int(text) if text is not None and text.isdecimal() else None


def valid_index(pod: Obj, completions: int) -> int | None:
    """The completion index of a pod, if it is below `completions`."""
    index = index_of(pod)
    return index if index is not None and index < completions else None


def indexes_of(pods: Iterable[Obj]) -> list[int]:
    """The indexes of pods, each once, in order."""
    return sorted({index for pod in pods if (index := index_of(pod)) is not None})


def index_failures(pod: Obj) -> int:
    """How many pods of this index had failed before this one, as far as they count."""
    return _noted(pod, INDEX_FAILURES)


def index_failures_all(pod: Obj) -> int:
    """How many pods of this index had failed before this one, with those that a policy ignores."""
    return _noted(pod, INDEX_FAILURES) + _noted(pod, INDEX_IGNORED)


def _noted(pod: Obj, name: str) -> int:
    text = (pod["metadata"].get("annotations") or {}).get(name, "0")
    return int(text) if text.isdecimal() and int(text) <= INT32_MAX else 0


def _joined(spans: list[tuple[int, int]]) -> Intervals:
    found: list[tuple[int, int]] = []
    for first, last in spans:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)
