"""What is said of a workload's controller, by kind and state."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.projection.actions import action_of


def card(**more: Any) -> dict[str, Any]:
    parts = dict.fromkeys(("deployment", "job", "cron", "loop"))
    return {**parts, "desired": 3, "did_not": [], **more}


def job(**more: Any) -> dict[str, Any]:
    known = {"state": "", "succeeded": 1, "active": 2, "suspended": False, "failures": 0, "reason": "", "message": ""}
    return {"job": {**known, **more}}


def cron(**more: Any) -> dict[str, Any]:
    return {"cron": {"problem": "", "suspended": False, "next": [{"at": 60, "clock": ""}], **more}}


def refused(name: str, **params: Any) -> dict[str, Any]:
    return {"did_not": [{"id": name, "params": params}]}


ROWS: list[tuple[dict[str, Any], dict[str, int], str]] = [
    (card(), {"replicas": 3, "readyReplicas": 3}, "workload.idle"),
    (card(), {"replicas": 1}, "workload.creating"),
    (card(), {"replicas": 4}, "workload.deleting"),
    (card(), {"replicas": 3, "readyReplicas": 1}, "workload.waiting-ready"),
    (card(deployment={"paused": True}), {"replicas": 3, "readyReplicas": 3}, "workload.paused"),
    (card(deployment={"paused": False}), {"replicas": 3, "readyReplicas": 3}, "workload.idle"),
    (card(**job()), {}, "workload.job-runs"),
    (card(**job(state="Complete")), {}, "workload.job-complete"),
    (card(**job(state="Failed")), {}, "workload.job-failed"),
    (card(**job(suspended=True)), {}, "workload.suspended"),
    (card(**job(), **refused("job.backs-off")), {}, "workload.job-backs-off"),
    (card(**job(), **refused("job.index-backs-off")), {}, "workload.job-backs-off"),
    (card(**job(), **refused("job.awaits-ending", count=2)), {}, "workload.job-awaits-ending"),
    (card(**cron()), {}, "workload.cron-waits"),
    (card(**cron(next=[])), {}, "workload.cron-never"),
    (card(**cron(suspended=True)), {}, "workload.suspended"),
    (card(**cron(problem="empty spec string")), {}, "workload.cron-unreadable"),
    (card(**cron(), **refused("cronjob.forbidden", jobs=["a"])), {}, "workload.cron-forbidden"),
    (card(**refused("statefulset.waiting-for-ready", pod="db-0")), {}, "workload.waiting-for-pod"),
]


@pytest.mark.parametrize(("shown", "status", "expected"), ROWS, ids=[row[2] for row in ROWS])
def test_the_action_of_a_state(shown: dict[str, Any], status: dict[str, int], expected: str) -> None:
    assert action_of(shown, status)["id"] == expected


def test_writes_under_way_come_first_and_reports_of_the_status_do_not_count() -> None:
    write = {"verb": "create", "resource": "pods", "count": 2}
    status = {"verb": "update", "resource": "deployments.apps/status", "count": 1}
    assert action_of(card(loop={"writes": [status, write]}), {})["params"] == write
    assert action_of(card(loop={"writes": [status]}), {})["id"] == "workload.creating"
