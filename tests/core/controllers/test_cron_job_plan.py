"""What a CronJob does next: policies, deadlines, history, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.cron_job_plan import SCHEDULED, CronLook, clean_up, job_of, plan

SECOND = 1_000_000
Obj = dict[str, Any]


def cron_job(**spec: Any) -> Obj:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"template": {"spec": {}}}}
    meta = {"name": "cj", "namespace": "default", "uid": "cj-uid", "creationTimestamp": rfc3339(0)}
    given = {"schedule": "* * * * *", "concurrencyPolicy": "Allow", "jobTemplate": template, **spec}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": given}


def job(name: str, over: str = "", start: int = 0, end: int | None = None) -> Obj:
    status: Obj = {"startTime": rfc3339(start * SECOND)}
    if over:
        status["conditions"] = [{"type": over, "status": "True"}]
    if end is not None:
        status["completionTime"] = rfc3339(end * SECOND)
    meta = {"name": name, "namespace": "default", "uid": f"uid-{name}", "resourceVersion": "1"}
    return {"metadata": meta, "status": status, "spec": {}}


def ref(name: str) -> Obj:
    return {"name": name, "uid": f"uid-{name}"}


def planned(
    found: Obj, now: float, jobs: list[Obj] | None = None, active: list[Obj] | None = None, **more: Any
) -> CronLook:
    look = CronLook(found, jobs or [], int(now * SECOND), active=active or [], **more)
    clean_up(look)
    plan(look)
    return look


def reasons(look: CronLook) -> list[str]:
    return [reason for _, reason, _ in look.events]


def test_a_job_is_made_for_the_time_that_is_due() -> None:
    look = planned(cron_job(), 60.1)
    assert look.make is not None and look.make["metadata"]["name"] == "cj-28928161"
    assert look.make["metadata"]["annotations"] == {SCHEDULED: "2025-01-01T00:01:00Z"}
    assert look.make["metadata"]["ownerReferences"][0]["uid"] == "cj-uid"
    assert look.requeue == 60 * SECOND


def test_nothing_is_due_yet_or_it_is_done_with() -> None:
    assert planned(cron_job(), 59).make is None
    assert planned(cron_job(), 61, last=rfc3339(60 * SECOND)).make is None
    assert planned(cron_job(), 61, active=[ref("cj-28928161")]).make is None


def test_forbid_waits_and_says_so() -> None:
    look = planned(cron_job(concurrencyPolicy="Forbid"), 61, [job("old")], [ref("old")])
    assert look.make is None and reasons(look) == ["JobAlreadyActive"]
    assert [one.id for one in look.decisions] == ["cronjob.forbidden"]


def test_replace_takes_its_place() -> None:
    look = planned(cron_job(concurrencyPolicy="Replace"), 61, [job("old")], [ref("old")])
    assert look.make is not None and [one["name"] for one in look.replaced] == ["old"]


def test_too_late_is_missed() -> None:
    look = planned(cron_job(startingDeadlineSeconds=10), 80)
    assert look.make is None and reasons(look) == []
    look = planned(cron_job(startingDeadlineSeconds=10), 69)
    assert look.make is not None


def test_many_missed_times_are_one_job_and_a_warning() -> None:
    look = planned(cron_job(), 101 * 60 + 1)
    assert reasons(look) == ["TooManyMissedTimes"]
    assert look.make is not None and look.make["metadata"]["name"] == f"cj-{28928160 + 101}"


def test_what_has_ended_is_noted() -> None:
    jobs = [job("a", "Complete", end=50), job("b", "Failed"), job("c")]
    look = planned(cron_job(), 55, jobs, [ref("a"), ref("b"), ref("lost")], gone=["uid-lost"])
    assert [one["name"] for one in look.active] == []
    assert look.events == [
        ("Normal", "SawCompletedJob", "Saw completed job: a, condition: Complete"),
        ("Normal", "SawCompletedJob", "Saw completed job: b, condition: Failed"),
        ("Warning", "UnexpectedJob", "Saw a job that the controller did not create or forgot: c"),
        ("Normal", "MissingJob", "Active job went missing: lost"),
    ]
    assert look.status() == {"lastSuccessfulTime": rfc3339(50 * SECOND)}


def test_the_oldest_finished_jobs_go() -> None:
    jobs = [job(f"j{number}", "Complete", start=number) for number in (3, 1, 2)] + [job("f", "Failed")]
    look = planned(cron_job(successfulJobsHistoryLimit=1, failedJobsHistoryLimit=1), 1, jobs)
    assert [one["metadata"]["name"] for one in look.expired] == ["j1", "j2"]


@pytest.mark.parametrize(
    ("spec", "reason", "message"),
    [
        (
            {"timeZone": "Mars/Olympus"},
            "UnknownTimeZone",
            'invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus',
        ),
        (
            {"schedule": "x"},
            "UnparseableSchedule",
            'unparseable schedule: "x" : expected exactly 5 fields, found 1: [x]',
        ),
        (
            {"schedule": "59 23 31 2 *"},
            "InvalidSchedule",
            "invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second",
        ),
    ],
)
def test_what_cannot_run_says_why(spec: Obj, reason: str, message: str) -> None:
    look = planned(cron_job(**spec), 61)
    assert look.events == [("Warning", reason, message)] and look.make is None and look.requeue is None


def test_suspended_or_deleted_does_nothing() -> None:
    assert planned(cron_job(suspend=True), 61).make is None
    going = cron_job()
    going["metadata"]["deletionTimestamp"] = rfc3339(0)
    assert planned(going, 61).make is None


def test_the_time_is_told_in_the_time_zone() -> None:
    made = job_of(cron_job(timeZone="Asia/Shanghai"), 60 * SECOND)
    assert made["metadata"]["annotations"][SCHEDULED] == "2025-01-01T08:01:00+08:00"
