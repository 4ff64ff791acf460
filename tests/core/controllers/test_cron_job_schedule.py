"""What a CronJob has missed, and when it looks again."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.cron_job_schedule import Due, ScheduleError, due, look_again

SECOND = 1_000_000
MINUTE = 60 * SECOND


def cron(schedule: str = "* * * * *", last: int | None = None, created: int = 0, **spec: Any) -> dict[str, Any]:
    status = {} if last is None else {"lastScheduleTime": rfc3339(last)}
    return {
        "metadata": {"creationTimestamp": rfc3339(created)},
        "spec": {"schedule": schedule, **spec},
        "status": status,
    }


@pytest.mark.parametrize(
    ("last", "now", "found"),
    [
        (0, 59 * SECOND, Due(0)),
        (0, 60 * SECOND, Due(0, MINUTE)),
        (0, 119 * SECOND, Due(0, MINUTE)),
        (0, 120 * SECOND, Due(0, 2 * MINUTE, 2)),
        (0, 605 * SECOND, Due(0, 10 * MINUTE, 10)),
        (0, 7201 * SECOND, Due(0, 120 * MINUTE, 120)),
    ],
)
def test_what_is_due(last: int, now: int, found: Due) -> None:
    assert due(cron(last=last), now, deadline=True) == found


def test_a_deadline_hides_what_is_too_old() -> None:
    late = cron(startingDeadlineSeconds=100)
    assert due(late, 7201 * SECOND, deadline=True) == Due(7101 * SECOND, 7200 * SECOND, 2)
    assert due(late, 7201 * SECOND, deadline=False).missed == 120


def test_every_counts_from_the_last_time() -> None:
    assert due(cron("@every 90s", last=10 * SECOND), 200 * SECOND, deadline=True) == Due(10 * SECOND, 190 * SECOND, 2)


def test_a_day_that_never_comes() -> None:
    with pytest.raises(ScheduleError, match="less than 1 second"):
        due(cron("59 23 31 2 *"), MINUTE, deadline=True)
    assert look_again(cron("59 23 31 2 *"), MINUTE) is None


@pytest.mark.parametrize(("now", "seconds"), [(10 * SECOND, 50), (60 * SECOND, 60), (605 * SECOND, 55)])
def test_it_looks_again_a_tenth_of_a_second_after_the_next_time(now: int, seconds: int) -> None:
    assert look_again(cron(), now) == seconds * SECOND + 100_000


def test_in_a_time_zone() -> None:
    assert (
        due(cron("0 8 * * *", timeZone="Asia/Shanghai"), 3600 * SECOND * 25, deadline=True).recent == 24 * 3600 * SECOND
    )
