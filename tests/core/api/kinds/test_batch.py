"""Jobs and CronJobs: what is filled in, what is refused and in which words, what may change."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

TEMPLATE: Obj = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]},
}
JOB: Obj = {"metadata": {"name": "pi"}, "spec": {"template": TEMPLATE}}
INDEXED: Obj = {**JOB, "spec": {**JOB["spec"], "completionMode": "Indexed", "completions": 3, "parallelism": 3}}
CRON: Obj = {
    "metadata": {"name": "night"},
    "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": TEMPLATE}}},
}
RULE: Obj = {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3]}}
REFUSED: list[tuple[str, Any, str]] = [
    ("parallelism", -1, "spec.parallelism: Invalid value: -1: must be greater than or equal to 0"),
    (
        "completionMode",
        "Some",
        'spec.completionMode: Unsupported value: "Some": supported values: "NonIndexed", "Indexed"',
    ),
    ("backoffLimitPerIndex", 1, "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"),
    ("managedBy", "me", 'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'),
    (
        "template.spec.restartPolicy",
        GONE,
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ),
    (
        "template.spec.restartPolicy",
        "Always",
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ),
    ("manualSelector", True, "spec.selector: Required value"),
    ("selector", {"matchLabels": {"a": "b"}}, "`selector` not auto-generated"),
    ("selector", {"matchLabels": {"a": "b"}}, "`selector` does not match template `labels`"),
    (
        "template.metadata.labels.job-name",
        "other",
        "spec.template.metadata.labels[job-name]: Invalid value: ",
    ),
    ("podReplacementPolicy", "Never", 'Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"'),
    (
        "podFailurePolicy",
        {"rules": [{"action": "Ignore"}]},
        "specifying one of OnExitCodes and OnPodConditions is required",
    ),
    (
        "podFailurePolicy",
        {"rules": [{**RULE, "action": "Retry"}]},
        'rules[0].action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
    ),
    ("podFailurePolicy", {"rules": [{**RULE, "action": "FailIndex"}]}, "requires the backoffLimitPerIndex to be set"),
    (
        "podFailurePolicy",
        {"rules": [RULE] * 21},
        "spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items",
    ),
    (
        "podFailurePolicy",
        {"rules": [changed(RULE, "onExitCodes.values", [3, 0, 3])]},
        "rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
    ),
    (
        "podFailurePolicy",
        {"rules": [changed(RULE, "onExitCodes.values", [3, 0, 3])]},
        "rules[0].onExitCodes.values[2]: Duplicate value: 3",
    ),
    (
        "podFailurePolicy",
        {"rules": [changed(RULE, "onExitCodes.values", [3, 1])]},
        "values: Invalid value: [3,1]: must be ordered",
    ),
    (
        "podFailurePolicy",
        {"rules": [changed(RULE, "onExitCodes.containerName", "d")]},
        "must be one of the container or initContainer names in the pod template",
    ),
    ("successPolicy", {"rules": []}, "spec.successPolicy: Invalid value: "),
]
INDEXED_REFUSED: list[tuple[str, Any, str]] = [
    ("completions", GONE, "spec.completions: Required value: when completion mode is Indexed"),
    ("maxFailedIndexes", 1, "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"),
    ("parallelism", 100_001, "must be less than or equal to 100000 when completion mode is Indexed"),
    ("successPolicy", {"rules": []}, "at least one rules must be specified when the successPolicy is specified"),
    (
        "successPolicy",
        {"rules": [{"succeededIndexes": "0,2-9"}]},
        'rules[0].succeededIndexes: Invalid value: "0,2-9": error parsing succeededIndexes: too large index: "9"',
    ),
    (
        "successPolicy",
        {"rules": [{"succeededIndexes": "0-1", "succeededCount": 3}]},
        "must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
    ),
]
CRON_REFUSED: list[tuple[str, Any, str]] = [
    ("schedule", "", "spec.schedule: Required value"),
    ("schedule", "* * *", 'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]'),
    ("schedule", "TZ=UTC * * * * *", "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"),
    ("timeZone", "Mars/Base", 'spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'),
    ("timeZone", "Local", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
    ("timeZone", "", "timeZone must be nil or non-empty string"),
    ("concurrencyPolicy", "Some", 'Unsupported value: "Some": supported values: "Allow", "Forbid", "Replace"'),
    (
        "successfulJobsHistoryLimit",
        -1,
        "spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal",
    ),
    ("jobTemplate.spec.selector", {"matchLabels": {"a": "b"}}, "spec.jobTemplate.spec.selector: Invalid value: "),
    (
        "jobTemplate.spec.manualSelector",
        True,
        'manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ),
    ("jobTemplate.spec.template.spec.containers", [], "spec.jobTemplate.spec.template.spec.containers: Required value"),
]


@pytest.mark.parametrize(("path", "value", "words"), REFUSED)
def test_refused_jobs(path: str, value: Any, words: str) -> None:
    assert words in refusal("jobs.batch", changed(JOB, f"spec.{path}", value))


@pytest.mark.parametrize(("path", "value", "words"), INDEXED_REFUSED)
def test_refused_indexed_jobs(path: str, value: Any, words: str) -> None:
    assert words in refusal("jobs.batch", changed(INDEXED, f"spec.{path}", value))


@pytest.mark.parametrize(("path", "value", "words"), CRON_REFUSED)
def test_refused_cron_jobs(path: str, value: Any, words: str) -> None:
    assert words in refusal("cronjobs.batch", changed(CRON, f"spec.{path}", value))


def test_names_leave_room_for_pods_and_jobs() -> None:
    assert "will not able to create pod with invalid DNS label: a.b-2" in refusal(
        "jobs.batch", changed(INDEXED, "metadata.name", "a.b")
    )
    words = "metadata.name: Invalid value: " + '"' + "n" * 53 + '"' + ": must be no more than 52 characters"
    assert words in refusal("cronjobs.batch", changed(CRON, "metadata.name", "n" * 53))


def test_a_job_gets_its_selector_and_labels() -> None:
    made = Plane().made("jobs.batch", JOB)
    uid = made["metadata"]["uid"]
    generated = {"batch.kubernetes.io/job-name": "pi", "job-name": "pi", "app": "x"}
    generated |= {"batch.kubernetes.io/controller-uid": uid, "controller-uid": uid}
    assert made["spec"]["template"]["metadata"]["labels"] == made["metadata"]["labels"] == generated
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert (made["spec"]["parallelism"], made["spec"]["completions"], made["spec"]["backoffLimit"]) == (1, 1, 6)


def test_a_job_with_labels_keeps_its_own() -> None:
    made = Plane().made("jobs.batch", changed(JOB, "metadata.labels", {"mine": "1"}))
    assert made["metadata"]["labels"] == {"mine": "1"}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("spec.completions", 5, "spec.completions: Invalid value: 5: field is immutable"),
        ("spec.template.spec.containers.0.image", "other", "field is immutable"),
        ("spec.completionMode", "Indexed", 'spec.completionMode: Invalid value: "Indexed": field is immutable'),
        ("spec.managedBy", "a.io/b", 'spec.managedBy: Invalid value: "a.io/b": field is immutable'),
        ("spec.selector", GONE, "spec.selector: Required value"),
    ],
)
def test_what_is_fixed(path: str, value: Any, words: str) -> None:
    assert words in refused_update("jobs.batch", JOB, path, value)


def test_an_indexed_job_is_resized_with_its_parallelism() -> None:
    words = "spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"
    assert words in refused_update("jobs.batch", INDEXED, "spec.completions", 5)


def test_what_a_suspended_job_may_change() -> None:
    plane = Plane()
    made = plane.made("jobs.batch", changed(JOB, "spec.suspend", True))
    for path, value in (
        ("spec.template.spec.nodeSelector", {"disk": "ssd"}),
        ("spec.template.spec.containers.0.resources", {"requests": {"cpu": "1"}}),
        ("spec.suspend", False),
    ):
        made = changed(made, path, value)
        answer = plane.ask("update", "jobs.batch", namespace="default", name="pi", body=made)
        assert answer.code == 200, answer.body
        made = answer.body
    wanted = changed(made, "spec.template.spec.nodeSelector", {})
    assert plane.ask("update", "jobs.batch", namespace="default", name="pi", body=wanted).code == 422


STARTED = "2025-01-01T00:00:00Z"
COMPLETE = {"type": "Complete", "status": "True"}
MET = {"type": "SuccessCriteriaMet", "status": "True"}
STATUSES: list[tuple[Obj, str]] = [
    ({"active": -1}, "status.active: Invalid value: -1"),
    ({"conditions": [COMPLETE], "startTime": STARTED}, "status.completionTime: Required value"),
    ({"conditions": [COMPLETE]}, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
    (
        {"conditions": [{"type": "Failed", "status": "True"}]},
        "cannot set Failed=True condition without the FailureTarget",
    ),
    ({"conditions": [COMPLETE, MET], "active": 1, "startTime": STARTED}, "active>0 is invalid for finished job"),
    ({"completionTime": STARTED}, "cannot set completionTime when there is no Complete=True condition"),
    ({"completedIndexes": "0"}, "cannot set non-empty completedIndexes when non-indexed completion mode"),
    ({"ready": 2, "active": 1}, "status.ready: Invalid value: 2: cannot set more ready pods than active"),
    ({"uncountedTerminatedPods": {"failed": ["a", "a"]}}, "uncountedTerminatedPods.failed[1]: Duplicate value"),
]


@pytest.mark.parametrize(("status", "words"), STATUSES)
def test_statuses_that_make_no_sense(status: Obj, words: str) -> None:
    assert words in refused_update("jobs.batch", JOB, "status", status, "status")


def test_what_has_been_decided_stays() -> None:
    plane = Plane()
    made = plane.made("jobs.batch", JOB)
    done: Obj = {"conditions": [MET, COMPLETE], "startTime": STARTED, "completionTime": STARTED, "succeeded": 1}
    where: Obj = {"namespace": "default", "name": "pi", "subresource": "status"}
    made = plane.ask("update", "jobs.batch", body={**made, "status": done}, **where).body
    answer = plane.ask("update", "jobs.batch", body={**made, "status": {"startTime": STARTED}}, **where)
    assert "cannot disable the terminal Complete=True condition" in answer.body["message"]
    assert "status.succeeded: Invalid value: 0: cannot decrease the succeeded counter" in answer.body["message"]
