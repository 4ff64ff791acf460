"""Jobs in a whole small cluster: pods run to their end and are counted once each, whatever happens."""

from __future__ import annotations

from typing import Any

from tests.core.controllers.job_objects import manifest
from tests.core.controllers.small_cluster import SmallCluster

INDEX = "batch.kubernetes.io/job-completion-index"


def status(cluster: SmallCluster, name: str) -> dict[str, Any]:
    found = cluster.get("jobs.batch", name)
    assert found is not None
    return found.get("status") or {}


def conditions(cluster: SmallCluster, name: str) -> list[tuple[str, str, str]]:
    told = status(cluster, name).get("conditions") or []
    return [(one["type"], one["status"], one["reason"]) for one in told]


def test_a_job_runs_its_pods_two_at_a_time() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("six", "completions: 5\nparallelism: 2"))
    most = 0
    for _ in range(40):
        cluster.run(0.5)
        most = max(most, status(cluster, "six").get("active", 0))
    assert most == 2
    found = status(cluster, "six")
    assert (found["succeeded"], found["ready"], found["terminating"], found.get("active")) == (5, 0, 0, None)
    assert [one[0] for one in conditions(cluster, "six")] == ["SuccessCriteriaMet", "Complete"]
    assert cluster.events("Completed") == ["Job completed"]
    pods = cluster.all("pods")
    assert len(pods) == 5 and not any(one["metadata"].get("finalizers") for one in pods)


def test_failures_are_tried_again_after_a_back_off() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("bad", "backoffLimit: 2", run="1", script=', sim.orrery/exit-code: "3"'))
    cluster.run(60)
    made = sorted(pod["metadata"]["creationTimestamp"] for pod in cluster.all("pods"))
    seconds = [int(text[17:19]) for text in made]
    assert len(seconds) == 3
    assert 10 <= seconds[1] - seconds[0] <= 14 and 20 <= seconds[2] - seconds[1] <= 24
    assert status(cluster, "bad")["failed"] == 3
    assert conditions(cluster, "bad")[-1] == ("Failed", "True", "BackoffLimitExceeded")
    assert cluster.events("BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]


def test_the_first_pods_fail_and_the_job_succeeds() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("late", run="1", script=', sim.orrery/fail-first: "1"'))
    cluster.run(20)
    found = status(cluster, "late")
    assert (found["succeeded"], found["failed"]) == (1, 1)


def test_indexed_pods_know_their_index() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("idx", "completions: 3\nparallelism: 2\ncompletionMode: Indexed", run="1"))
    cluster.run(10)
    assert status(cluster, "idx")["completedIndexes"] == "0-2"
    pods = cluster.all("pods")
    assert [pod["metadata"]["annotations"][INDEX] for pod in pods] == ["0", "1", "2"]
    assert [pod["spec"]["hostname"] for pod in pods] == ["idx-0", "idx-1", "idx-2"]
    assert all(pod["metadata"]["labels"][INDEX] in pod["metadata"]["name"] for pod in pods)


def test_a_limit_per_index_fails_that_index_alone() -> None:
    cluster = SmallCluster()
    spec = "completions: 3\nparallelism: 3\ncompletionMode: Indexed\nbackoffLimitPerIndex: 1"
    cluster.create(manifest("idx", spec, run="1", script=', sim.orrery/fail-indexes: "1"'))
    cluster.run(30)
    found = status(cluster, "idx")
    assert (found["completedIndexes"], found["failedIndexes"], found["succeeded"], found["failed"]) == (
        "0,2",
        "1",
        2,
        2,
    )
    assert conditions(cluster, "idx")[-1] == ("Failed", "True", "FailedIndexes")


def test_a_success_policy_ends_the_others() -> None:
    cluster = SmallCluster()
    policy = "successPolicy: {rules: [{succeededIndexes: '0', succeededCount: 1}]}"
    spec = f"completions: 3\nparallelism: 1\ncompletionMode: Indexed\n{policy}"
    cluster.create(manifest("idx", spec, run="1"))
    cluster.run(8)
    assert conditions(cluster, "idx") == [
        ("SuccessCriteriaMet", "True", "SuccessPolicy"),
        ("Complete", "True", "SuccessPolicy"),
    ]
    assert status(cluster, "idx")["succeeded"] == 1


def test_a_failure_policy_ends_the_job_at_once() -> None:
    cluster = SmallCluster()
    rule = "{action: FailJob, onExitCodes: {operator: In, values: [42]}}"
    cluster.create(manifest("pol", f"podFailurePolicy: {{rules: [{rule}]}}", "1", ', sim.orrery/exit-code: "42"'))
    cluster.run(6)
    assert conditions(cluster, "pol")[-1] == ("Failed", "True", "PodFailurePolicy")
    (told,) = cluster.events("PodFailurePolicy")
    assert told.startswith("Container c for pod default/pol-") and told.endswith("42 matching FailJob rule at index 0")


def test_suspended_and_resumed() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("sus", "completions: 2\nparallelism: 2", run="5"))
    cluster.run(3)
    cluster.patch("jobs.batch", "sus", {"spec": {"suspend": True}})
    cluster.run(3)
    assert not cluster.all("pods") and "startTime" not in status(cluster, "sus")
    assert conditions(cluster, "sus") == [("Suspended", "True", "JobSuspended")]
    cluster.patch("jobs.batch", "sus", {"spec": {"suspend": False}})
    cluster.run(12)
    found = status(cluster, "sus")
    assert (found["succeeded"], found.get("failed")) == (2, None), "pods that a suspension ends do not count"
    assert conditions(cluster, "sus")[0] == ("Suspended", "False", "JobResumed")


def test_a_deadline_ends_it() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("dead", "completions: 2\nparallelism: 2\nactiveDeadlineSeconds: 4", run="60"))
    cluster.run(8)
    assert conditions(cluster, "dead") == [
        ("FailureTarget", "True", "DeadlineExceeded"),
        ("Failed", "True", "DeadlineExceeded"),
    ]
    assert status(cluster, "dead")["failed"] == 2 and not cluster.all("pods")


def test_less_parallelism_takes_pods_away_and_does_not_count_them() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("par", "completions: 6\nparallelism: 3", run="20"))
    cluster.run(3)
    cluster.patch("jobs.batch", "par", {"spec": {"parallelism": 1}})
    cluster.run(3)
    found = status(cluster, "par")
    assert (found["active"], found.get("failed")) == (1, None)
    assert len(cluster.all("pods")) == 1


def test_an_elastic_indexed_job_gives_up_its_highest_indexes() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("idx", "completions: 4\nparallelism: 4\ncompletionMode: Indexed", run="6"))
    cluster.run(3)
    cluster.patch("jobs.batch", "idx", {"spec": {"parallelism": 2, "completions": 2}})
    cluster.run(8)
    assert status(cluster, "idx")["completedIndexes"] == "0,1"
    assert conditions(cluster, "idx")[-1][0] == "Complete"


def test_a_pod_that_ends_slowly_is_replaced_only_then_if_the_policy_says_so() -> None:
    cluster = SmallCluster()
    text = manifest("slow", "podReplacementPolicy: Failed", run="60").replace(
        'term-seconds: "0.5"', 'term-seconds: "8"'
    )
    cluster.create(text)
    cluster.run(3)
    cluster.delete("pods", cluster.all("pods")[0]["metadata"]["name"])
    cluster.run(5)
    assert len(cluster.all("pods")) == 1 and status(cluster, "slow")["terminating"] == 1
    cluster.run(20)
    assert status(cluster, "slow")["failed"] == 1
    assert [bool(pod["metadata"].get("deletionTimestamp")) for pod in cluster.all("pods")] == [False]


def test_an_orphan_is_adopted_with_a_finalizer_and_released_without() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("own", "completions: 3\nparallelism: 2", run="60"))
    cluster.run(3)
    name = cluster.all("pods")[0]["metadata"]["name"]
    labels = cluster.all("pods")[0]["metadata"]["labels"]
    cluster.patch("pods", name, {"metadata": {"labels": {"batch.kubernetes.io/controller-uid": "else"}}})
    cluster.run(3)
    left = cluster.get("pods", name)
    assert left is not None and not left["metadata"].get("ownerReferences") and not left["metadata"].get("finalizers")
    assert len(cluster.all("pods")) == 3
    cluster.patch("pods", name, {"metadata": {"labels": labels}})
    cluster.run(3)
    back = cluster.get("pods", name)
    assert back is None or back["metadata"]["ownerReferences"][0]["kind"] == "Job"
    assert status(cluster, "own")["active"] == 2


def test_another_controllers_job_is_left_alone() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("else", "managedBy: example.com/queue"))
    cluster.run(3)
    assert not cluster.all("pods") and status(cluster, "else") == {}


def test_pods_that_cannot_be_made_are_tried_again() -> None:
    cluster = SmallCluster()
    text = manifest("sa", "completions: 4\nparallelism: 4").replace(
        "spec: {restart", "spec: {serviceAccountName: nobody, restart"
    )
    cluster.create(text)
    cluster.run(1.5)
    assert cluster.events("FailedCreate") and not cluster.all("pods")
    cluster.create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: nobody}}")
    cluster.run(30)
    assert status(cluster, "sa")["succeeded"] == 4


def test_nothing_is_counted_twice_when_the_controller_begins_again() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("six", "completions: 6\nparallelism: 3"))
    for _ in range(6):
        cluster.run(1.7)
        cluster.world.manager.crash()
        cluster.world.manager.restart()
    cluster.run(30)
    assert status(cluster, "six")["succeeded"] == 6
    assert len(cluster.all("pods")) == 6
