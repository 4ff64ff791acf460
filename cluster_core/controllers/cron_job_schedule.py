"""When a CronJob should run: what it has missed, and when to look again. Upstream: `pkg/controller/cronjob/utils.go`. Times are µs."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.cron import next_after
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.sim.kernel import US_PER_SECOND

MISSED_MAX = 100
PADDING_US = 100_000


class ScheduleError(ValueError):
    """A schedule that can be read and means nothing; the text is upstream's."""


@dataclass(frozen=True, slots=True)
class Due:
    """The earliest time that is looked at, the most recent time that the schedule names (None: not yet), how many were missed."""

    earliest: int
    recent: int | None = None
    missed: int = 0


def due(cron: Obj, now: int, deadline: bool) -> Due:
    """What is due. `deadline`: nothing is that is later than `startingDeadlineSeconds`. Raises ScheduleError and CronError."""
    earliest = _earliest(cron, now, deadline)
    first = _next(cron, earliest)
    second = None if first is None else _next(cron, first)
    if first is None or second is None or second - first < US_PER_SECOND:
        if first is not None and now < first:
            return Due(earliest)
        raise ScheduleError("time difference between two schedules is less than 1 second")
    if now < first:
        return Due(earliest)
    if now < second:
        return Due(earliest, first)
    return _of_many(cron, now, earliest, first, second - first)


def look_again(cron: Obj, now: int) -> int | None:
    """How long (µs) until the next time that the schedule names, and a little longer; None if there is none."""
    try:
        known = due(cron, now, deadline=False)
    except ScheduleError:
        since = now
    else:
        since = known.recent if known.recent is not None else (now if known.missed else known.earliest)
    at = _next(cron, since)
    return None if at is None else at + PADDING_US - now


def _of_many(cron: Obj, now: int, earliest: int, first: int, period: int) -> Due:
    """Several times have passed: the last of them, and about how many they are, by the first two."""
    missed = (now - first) // US_PER_SECOND // (period // US_PER_SECOND) + 1
    recent: int | None = None
    at = _next(cron, first + (missed - 2) * period)
    while at is not None and at <= now:
        recent, at = at, _next(cron, at)
    return Due(earliest, recent, missed)


def _earliest(cron: Obj, now: int, deadline: bool) -> int:
    last = (cron.get("status") or {}).get("lastScheduleTime")
    earliest = parse(last or cron["metadata"]["creationTimestamp"])
    seconds = cron["spec"].get("startingDeadlineSeconds")
    return max(earliest, now - seconds * US_PER_SECOND) if deadline and seconds is not None else earliest


def _next(cron: Obj, at: int) -> int | None:
    spec = cron["spec"]
    return next_after(spec["schedule"], spec.get("timeZone") or "", at)
