"""What the Job controller sees: counts, and what decides a Job."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.controllers.job_backoff import BackOffRecord
from cluster_core.controllers.job_indexes import INDEX_FAILURES
from cluster_core.controllers.job_look import JobLook, deadline_in, survey
from tests.core.controllers.job_objects import SECOND, Obj, job, pod, ready


def look(found: Obj, pods: list[Obj], now: int = 20 * SECOND, awaited: tuple[str, ...] = ()) -> JobLook:
    return survey(found, pods, now, True, dict.fromkeys(awaited), BackOffRecord())


def decided(found: JobLook) -> tuple[str, str] | None:
    return (found.finish["type"], found.finish["reason"]) if found.finish else None


def test_pods_are_counted() -> None:
    status = {"succeeded": 1, "uncountedTerminatedPods": {"succeeded": ["uid-b"], "failed": ["uid-x"]}}
    pods = [
        pod("a", "Succeeded"),
        pod("b", "Succeeded"),
        pod("c", "Succeeded", tracked=False),
        ready(pod("d")),
        pod("e"),
    ]
    found = look(job(status, completions=9), [*pods, pod("f", "Succeeded"), pod("g", going=True)], awaited=("uid-f",))
    assert (found.succeeded, found.failed) == (3, 2)
    assert (len(found.active), found.ready, found.terminating) == (2, 1, 1)


@pytest.mark.parametrize(
    ("spec", "pods", "verdict"),
    [
        ({"backoffLimit": 1}, [pod("a", "Failed")], None),
        ({"backoffLimit": 0}, [pod("a", "Failed")], ("FailureTarget", "BackoffLimitExceeded")),
        ({"activeDeadlineSeconds": 5}, [], ("FailureTarget", "DeadlineExceeded")),
        ({"activeDeadlineSeconds": 5, "suspend": True}, [], None),
        ({"activeDeadlineSeconds": 50}, [], None),
    ],
)
def test_what_decides(spec: Obj, pods: list[Obj], verdict: Any) -> None:
    assert decided(look(job({"startTime": "2025-01-01T00:00:10Z"}, **spec), pods)) == verdict


def test_restarts_count_with_on_failure() -> None:
    found = job(backoffLimit=2)
    found["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure"
    told = pod("a", containerStatuses=[{"name": "c", "state": {}, "restartCount": 2}])
    assert decided(look(found, [told])) == ("FailureTarget", "BackoffLimitExceeded")


def test_what_was_decided_stays() -> None:
    target = {"type": "FailureTarget", "status": "True", "reason": "DeadlineExceeded", "message": "late"}
    assert decided(look(job({"conditions": [target]}), [])) == ("Failed", "DeadlineExceeded")
    met = {"type": "SuccessCriteriaMet", "status": "True", "reason": "SuccessPolicy", "message": "m"}
    assert decided(look(job({"conditions": [met]}), [])) == ("SuccessCriteriaMet", "SuccessPolicy")


def test_a_policy_fails_the_job_at_once() -> None:
    rules = [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}]
    found = look(job(podFailurePolicy={"rules": rules}), [pod("a", "Failed", ended=1, code=42)])
    assert decided(found) == ("FailureTarget", "PodFailurePolicy")
    assert found.finish is not None and "exit code 42" in found.finish["message"]


def test_indexes() -> None:
    spec = {"completionMode": "Indexed", "completions": 4, "parallelism": 4}
    found = look(
        job({"completedIndexes": "0"}, **spec), [pod("a", "Succeeded", index=2), pod("b", "Succeeded", index=9)]
    )
    assert (found.before, found.done, found.succeeded) == (((0, 0),), ((0, 0), (2, 2)), 2)
    policy = {"rules": [{"succeededIndexes": "0,2"}]}
    met = look(job({"completedIndexes": "0"}, **spec, successPolicy=policy), [pod("a", "Succeeded", index=2)])
    assert decided(met) == ("SuccessCriteriaMet", "SuccessPolicy")


def test_indexes_fail_one_by_one() -> None:
    spec = {"completionMode": "Indexed", "completions": 3, "parallelism": 3, "backoffLimitPerIndex": 1}
    once = pod("a", "Failed", index=0, ended=1, notes={INDEX_FAILURES: "0"})
    twice = pod("b", "Failed", index=1, ended=1, notes={INDEX_FAILURES: "1"})
    found = look(job(**spec), [once, twice, pod("c", index=2)])
    assert found.failed_indexes == ((1, 1),)
    assert {index: one["metadata"]["name"] for index, one in found.delayed.items()} == {0: "a"}
    assert decided(found) is None
    assert decided(look(job(**spec, maxFailedIndexes=0), [twice])) == ("FailureTarget", "MaxFailedIndexesExceeded")
    over = look(job({"completedIndexes": "0,2"}, **spec), [twice])
    assert decided(over) == ("FailureTarget", "FailedIndexes")


def test_the_deadline_counts_from_the_start() -> None:
    found = look(job({"startTime": "2025-01-01T00:00:10Z"}, activeDeadlineSeconds=15), [])
    assert deadline_in(found) == 5 * SECOND
    assert deadline_in(look(job(), [])) is None
