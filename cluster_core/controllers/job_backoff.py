"""How long a Job waits before it replaces failed pods: 10 s after the last failure, doubling, at most 10 minutes.

Upstream: `pkg/controller/job/backoff_utils.go`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.controllers.job_indexes import index_failures_all
from cluster_core.sim.kernel import US_PER_SECOND

FIRST_US = 10 * US_PER_SECOND
MOST_US = 600 * US_PER_SECOND


@dataclass(frozen=True, slots=True)
class BackOffRecord:
    """Failures since the last success, and when the last of them was (µs). It is in memory only: a restart forgets it."""

    failures: int = 0
    last_failure: int = 0

    def remaining(self, now: int) -> int:
        """How long (µs) no pod may be made yet."""
        return remaining(self.failures, self.last_failure, now)


def after(record: BackOffRecord, succeeded: list[Obj], failed: list[Obj]) -> BackOffRecord:
    """The record with pods that ended since; a success forgets the failures that it came after."""
    failures = sorted(finished_at(pod) for pod in failed)
    if not succeeded:
        return BackOffRecord(record.failures + len(failures), failures[-1]) if failures else record
    since = max(finished_at(pod) for pod in succeeded)
    later = [at for at in failures if at > since]
    return BackOffRecord(len(later), later[-1] if later else 0)


def remaining(failures: int, last_failure: int, now: int) -> int:
    """How long (µs) to wait after so many failures in a row."""
    if failures == 0:
        return 0
    delay = min(FIRST_US << min(failures - 1, 20), MOST_US)
    return max(0, delay - (now - last_failure))


def remaining_of_index(last_failed: Obj | None, now: int) -> int:
    """How long (µs) an index waits, by the last pod of it that failed."""
    if last_failed is None:
        return 0
    return remaining(index_failures_all(last_failed) + 1, finished_at(last_failed), now)


def finished_at(pod: Obj) -> int:
    """When a pod ended (µs): its last container, else when it stopped being Ready, was deleted, or was created."""
    ended = [found["state"].get("terminated") for found in (pod.get("status") or {}).get("containerStatuses") or ()]
    if ended and all(found is not None and found.get("finishedAt") for found in ended):
        return max(parse(found["finishedAt"]) for found in ended)
    ready, meta = condition(pod, "Ready"), pod["metadata"]
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse(ready["lastTransitionTime"])
    if meta.get("deletionTimestamp"):
        return parse(meta["deletionTimestamp"]) - (meta.get("deletionGracePeriodSeconds") or 0) * US_PER_SECOND
    return parse(meta["creationTimestamp"])
