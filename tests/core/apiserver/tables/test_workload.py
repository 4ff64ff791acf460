"""Rows of workloads."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.tables.rows import cells, named_cells

TEMPLATE = {"spec": {"containers": [{"name": "a", "image": "nginx:1"}, {"name": "b", "image": "redis"}]}}
SELECTOR = {"matchLabels": {"app": "web"}}


def test_deployments() -> None:
    status = {"readyReplicas": 2, "updatedReplicas": 1, "availableReplicas": 2}
    given = {"spec": {"replicas": 3, "template": TEMPLATE, "selector": SELECTOR}, "status": status}
    assert cells("deployments", given) == ["x", "2/3", 1, 2, "60s", "a,b", "nginx:1,redis", "app=web"]
    assert cells("deployments", {"spec": {"replicas": 0}})[1] == "0/0"


def test_replica_sets_and_controllers() -> None:
    spec = {"replicas": 3, "template": TEMPLATE}
    status = {"replicas": 3, "readyReplicas": 1}
    row = ["x", 3, 3, 1, "60s", "a,b", "nginx:1,redis"]
    assert cells("replicasets", {"spec": {**spec, "selector": SELECTOR}, "status": status}) == [*row, "app=web"]
    assert cells("rc", {"spec": {**spec, "selector": {"b": "2", "a": "1"}}, "status": status}) == [*row, "a=1,b=2"]


def test_stateful_sets_and_daemon_sets() -> None:
    assert cells("sts", {"spec": {"replicas": 3}, "status": {"readyReplicas": 2}})[:3] == ["x", "2/3", "60s"]
    template = {"spec": {"nodeSelector": {"disk": "ssd"}}}
    status = {"desiredNumberScheduled": 5, "currentNumberScheduled": 4, "numberReady": 3, "updatedNumberScheduled": 2}
    found = cells("ds", {"spec": {"template": template}, "status": {**status, "numberAvailable": 1}})
    assert found[1:8] == [5, 4, 3, 2, 1, "disk=ssd", "60s"]


@pytest.mark.parametrize(
    ("spec", "status", "words", "completions", "duration"),
    [
        ({"completions": 3}, {}, "Running", "0/3", ""),
        ({"completions": 3}, {"succeeded": 1, "startTime": "2025-01-01T00:50:00Z"}, "Running", "1/3", "10m"),
        (
            {"completions": 1},
            {
                "succeeded": 1,
                "startTime": "2025-01-01T00:50:00Z",
                "completionTime": "2025-01-01T00:50:09Z",
                "conditions": [{"type": "Complete", "status": "True"}],
            },
            "Complete",
            "1/1",
            "9s",
        ),
        ({"parallelism": 4}, {"succeeded": 2}, "Running", "2/1 of 4", ""),
        ({"parallelism": 1}, {}, "Running", "0/1", ""),
        ({"completions": 1}, {"conditions": [{"type": "Failed", "status": "True"}]}, "Failed", "0/1", ""),
        ({"completions": 1}, {"conditions": [{"type": "Suspended", "status": "True"}]}, "Suspended", "0/1", ""),
        ({"completions": 1}, {"conditions": [{"type": "FailureTarget", "status": "True"}]}, "FailureTarget", "0/1", ""),
        ({}, {"conditions": [{"type": "SuccessCriteriaMet", "status": "True"}]}, "SuccessCriteriaMet", "0/1", ""),
    ],
)
def test_jobs(spec: Obj, status: Obj, words: str, completions: str, duration: str) -> None:
    assert cells("jobs", {"spec": spec, "status": status})[1:4] == [words, completions, duration]


def test_a_deleted_job_is_terminating() -> None:
    meta = {"deletionTimestamp": "2025-01-01T00:59:59Z"}
    assert cells("jobs", {"metadata": meta, "spec": {"completions": 1}})[1] == "Terminating"


def test_cron_jobs() -> None:
    status = {"active": [{}, {}], "lastScheduleTime": "2025-01-01T00:58:00Z"}
    given = {"spec": {"schedule": "*/5 * * * *", "timeZone": "Europe/Berlin", "suspend": False}, "status": status}
    assert cells("cronjobs", given)[:7] == ["x", "*/5 * * * *", "Europe/Berlin", "False", 2, "2m", "60s"]
    assert cells("cronjobs", {"spec": {"schedule": "@daily"}})[2:6] == ["<none>", "<unset>", 0, "<none>"]


def test_controller_revisions_name_their_controller_with_its_group() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "u", "controller": True}
    found = named_cells("controllerrevisions", {"metadata": {"ownerReferences": [owner]}, "revision": 3})
    assert (found["Controller"], found["Revision"]) == ("statefulset.apps/db", 3)
    assert named_cells("controllerrevisions", {})["Controller"] == "<none>"
