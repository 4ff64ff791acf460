"""The status of a Job: pods are noted, then lose their finalizer, then count; then the Job is over."""

from __future__ import annotations

from cluster_core.controllers import job_report
from cluster_core.controllers.job_backoff import BackOffRecord
from cluster_core.controllers.job_look import JobLook, survey
from tests.core.controllers.job_objects import SECOND, Obj, job, pod, ready

STARTED = {"startTime": "2025-01-01T00:00:00Z"}


def look(found: Obj, pods: list[Obj], victims: list[Obj] | None = None, managed: bool = True) -> JobLook:
    result = survey(found, pods, 20 * SECOND, True, {}, BackOffRecord())
    result.managed, result.victims = managed, victims or []
    job_report.report(result)
    return result


def untrack(found: JobLook) -> None:
    for one in found.untrack:
        found.tracked.pop(one["metadata"]["uid"])


def kinds(found: JobLook) -> list[str]:
    return [one["type"] for one in found.status.get("conditions", [])]


def test_success_is_told_in_two_writes() -> None:
    found = look(job(dict(STARTED)), [pod("a", "Succeeded")])
    first = job_report.body(found)["status"]
    assert first["uncountedTerminatedPods"] == {"succeeded": ["uid-a"]} and "succeeded" not in first
    assert kinds(found) == ["SuccessCriteriaMet"] and found.flush
    untrack(found)
    assert job_report.finish(found, failed=False)
    last = job_report.body(found)["status"]
    assert (last["succeeded"], last["uncountedTerminatedPods"]) == (1, {})
    assert kinds(found) == ["SuccessCriteriaMet", "Complete"]
    assert last["completionTime"] == last["conditions"][1]["lastTransitionTime"]
    assert last["conditions"][1]["reason"] == "CompletionsReached"


def test_a_finalizer_that_stays_keeps_the_pod_uncounted() -> None:
    found = look(job(dict(STARTED)), [pod("a", "Succeeded")])
    assert not job_report.finish(found, failed=True)
    assert found.status["uncountedTerminatedPods"] == {"succeeded": ["uid-a"]}


def test_a_failed_job_counts_the_pods_that_it_deletes_and_waits_for_them() -> None:
    running = ready(pod("a"))
    found = look(job(dict(STARTED), backoffLimit=0), [running, pod("b", "Failed")], victims=[running])
    assert found.status["uncountedTerminatedPods"] == {"failed": ["uid-a", "uid-b"]}
    assert (found.status["active"], found.status["ready"], found.status["terminating"]) == (0, 0, 1)
    untrack(found)
    assert not job_report.finish(found, failed=False), "a pod is still on its way out"
    assert kinds(found) == ["FailureTarget"]
    told = found.status
    after = look(job(told, backoffLimit=0), [pod("a", "Failed", tracked=False), pod("b", "Failed", tracked=False)])
    assert job_report.finish(after, failed=False)
    assert kinds(after) == ["FailureTarget", "Failed"] and after.status["failed"] == 2


def test_it_is_too_early_while_a_pod_could_not_be_deleted() -> None:
    running = pod("a")
    result = survey(
        job(dict(STARTED), backoffLimit=0), [running, pod("b", "Failed")], 20 * SECOND, True, {}, BackOffRecord()
    )
    result.victims, result.refused = [running], {"uid-a": None}
    job_report.report(result)
    assert result.finish is None and result.status["active"] == 1


def test_suspending_clears_the_start_and_resuming_sets_it() -> None:
    running = ready(pod("a"))
    found = look(job(dict(STARTED), suspend=True), [running], victims=[running])
    assert "startTime" not in found.status and found.events == [("Normal", "Suspended", "Job suspended")]
    resumed = look(job(found.status, suspend=False), [])
    assert resumed.status["startTime"] == "2025-01-01T00:00:20Z"
    assert resumed.status["conditions"][0] | {} == resumed.status["conditions"][0]
    assert (resumed.status["conditions"][0]["status"], resumed.events[0][1]) == ("False", "Resumed")


def test_a_job_that_was_never_suspended_says_nothing_of_it() -> None:
    found = look(job(dict(STARTED), completions=3), [pod("a")])
    assert "conditions" not in found.status and not found.events


def test_indexes_are_written() -> None:
    spec = {"completionMode": "Indexed", "completions": 5, "parallelism": 3}
    pods = [pod("a", "Succeeded", index=2), pod("b", "Succeeded", index=0), pod("c", index=1)]
    found = look(job(dict(STARTED), **spec), pods)
    assert (found.status["completedIndexes"], found.status["succeeded"]) == ("0,2", 2)
    assert found.status["uncountedTerminatedPods"] == {}
    assert {one["metadata"]["name"] for one in found.untrack} == {"a", "b"}


def test_a_failed_pod_of_an_index_stays_until_its_replacement_is_there() -> None:
    spec = {"completionMode": "Indexed", "completions": 2, "parallelism": 2, "backoffLimitPerIndex": 3}
    failed = pod("a", "Failed", index=0, ended=19)
    found = look(job(dict(STARTED), **spec), [failed, pod("b", index=1)])
    assert not found.untrack and found.status["failedIndexes"] == ""
    replaced = look(job(dict(STARTED), **spec), [failed, pod("b", index=1), pod("c", index=0)])
    assert [one["metadata"]["name"] for one in replaced.untrack] == ["a"]


def test_what_a_policy_ignores_does_not_count() -> None:
    rules = [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3]}}]
    found = look(job(dict(STARTED), podFailurePolicy={"rules": rules}), [pod("a", "Failed", ended=1, code=3)])
    assert found.status["uncountedTerminatedPods"] == {} and len(found.untrack) == 1


def test_many_pods_are_counted_in_portions() -> None:
    pods = [pod(f"p{number}", "Succeeded") for number in range(600)]
    found = look(job(dict(STARTED), completions=600, parallelism=600), pods)
    assert len(found.untrack) == 500 and found.full
    untrack(found)
    assert not job_report.finish(found, failed=False)
