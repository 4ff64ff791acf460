"""Which pods of a Job go first, and how its pods are made."""

from __future__ import annotations

from cluster_core.controllers import job_pods as pods
from cluster_core.controllers.job_indexes import COMPLETION_INDEX, INDEX_FAILURES, INDEX_IGNORED
from tests.core.controllers.job_objects import job, pod, ready


def test_the_least_advanced_goes_first() -> None:
    unbound = pod("unbound", "Pending")
    unbound = {**unbound, "spec": {}}
    pending, running = pod("pending", "Pending"), pod("running")
    old, young = ready(pod("old"), 1), ready(pod("young"), 9)
    found = pods.least_advanced([old, running, young, unbound, pending])
    assert [one["metadata"]["name"] for one in found] == ["unbound", "pending", "running", "young", "old"]


def test_double_and_unknown_indexes_go() -> None:
    indexed = job(completionMode="Indexed", completions=2, parallelism=2)
    active = [ready(pod("a", index=0)), pod("b", index=0), pod("c", index=5), pod("d"), pod("e", index=1)]
    assert [one["metadata"]["name"] for one in pods.for_removal(indexed, active, 0)] == ["d", "b", "c"]
    assert len(pods.for_removal(indexed, active, 4)) == 4
    assert pods.for_removal(job(), [pod("a"), pod("b")], 1)[0]["metadata"]["name"] == "a"


def test_a_plain_pod() -> None:
    made = pods.new_pod(job())
    assert made["metadata"]["generateName"] == "j-"
    assert made["metadata"]["finalizers"] == [pods.TRACKING]
    assert made["metadata"]["ownerReferences"][0]["uid"] == "job-uid"
    assert "hostname" not in made["spec"]


def test_a_pod_of_an_index() -> None:
    made = pods.new_pod(job(completionMode="Indexed", completions=3), 2)
    meta, spec = made["metadata"], made["spec"]
    assert meta["generateName"] == "j-2-" and spec["hostname"] == "j-2"
    assert meta["annotations"][COMPLETION_INDEX] == meta["labels"][COMPLETION_INDEX] == "2"
    path = {"fieldPath": f"metadata.labels['{COMPLETION_INDEX}']"}
    assert spec["containers"][0]["env"] == [{"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": path}}]
    assert (
        len(
            pods.new_pod({**job(), "metadata": {**job()["metadata"], "name": "x" * 63}}, 12)["metadata"]["generateName"]
        )
        == 58
    )


def test_failures_of_an_index_are_handed_on() -> None:
    limited = job(completionMode="Indexed", backoffLimitPerIndex=3)
    assert pods.new_pod(limited, 0)["metadata"]["annotations"][INDEX_FAILURES] == "0"
    failed = pod("a", "Failed", index=0, ended=1, code=1, notes={INDEX_FAILURES: "1"})
    assert pods.new_pod(limited, 0, failed)["metadata"]["annotations"][INDEX_FAILURES] == "2"
    rules = [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}}]
    ignoring = job(completionMode="Indexed", backoffLimitPerIndex=3, podFailurePolicy={"rules": rules})
    notes = pods.new_pod(ignoring, 0, failed)["metadata"]["annotations"]
    assert (notes[INDEX_FAILURES], notes[INDEX_IGNORED]) == ("1", "1")


def test_a_deleted_pod_has_failed_unless_only_failed_ones_are_replaced() -> None:
    assert pods.is_failed(pod("a", going=True), job())
    assert not pods.is_failed(pod("a", going=True), job(podReplacementPolicy="Failed"))
    assert not pods.is_failed(pod("a", "Succeeded", going=True), job())


def test_who_looks_after_it() -> None:
    assert not pods.managed_elsewhere(job()) and pods.managed_elsewhere(job(managedBy="example.com/queue"))
    assert not pods.managed_elsewhere(job(managedBy="kubernetes.io/job-controller"))
    assert pods.finished_condition(job({"conditions": [{"type": "Failed", "status": "True"}]})) == "Failed"
