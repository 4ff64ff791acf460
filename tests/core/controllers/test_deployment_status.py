"""Conditions and counts of a Deployment, as pure functions."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers import deployment_status as report

SECOND = 1_000_000


def _deployment(**facts: Any) -> dict[str, Any]:
    spec = {"replicas": 2, "progressDeadlineSeconds": facts.get("deadline", 20), "strategy": {"type": "RollingUpdate"}}
    if facts.get("paused"):
        spec["paused"] = True
    return {"metadata": {"name": "web", "generation": 1}, "spec": spec, "status": facts.get("status", {})}


def _replicaset(wanted: int, **counts: int) -> dict[str, Any]:
    return {"metadata": {"name": "web-1"}, "spec": {"replicas": wanted}, "status": counts}


def _reason(status: dict[str, Any], kind: str) -> tuple[str, str] | None:
    found = report.find(status["conditions"], kind)
    return None if found is None else (found["status"], found["reason"])


def _turn(deployment: dict[str, Any], new: dict[str, Any], now: int) -> dict[str, Any]:
    status = report.counted(deployment, [new], new, list(deployment["status"].get("conditions", [])), now)
    return report.progressed(deployment, [new], new, status, now)


def test_a_rollout_from_creation_to_its_end() -> None:
    created = [report.progressing("True", "NewReplicaSetCreated", "", 0)]
    deployment = _deployment(status={"conditions": created})
    status = _turn(deployment, _replicaset(2), 0)
    assert _reason(status, "Available") == ("False", "MinimumReplicasUnavailable")
    assert _reason(status, "Progressing") == ("True", "NewReplicaSetCreated")
    assert status["unavailableReplicas"] == 2
    deployment["status"] = status
    status = _turn(deployment, _replicaset(2, replicas=2), SECOND)
    assert _reason(status, "Progressing") == ("True", "ReplicaSetUpdated")
    deployment["status"] = status
    status = _turn(deployment, _replicaset(2, replicas=2, readyReplicas=2, availableReplicas=2), 2 * SECOND)
    assert _reason(status, "Available") == ("True", "MinimumReplicasAvailable")
    assert _reason(status, "Progressing") == ("True", "NewReplicaSetAvailable")
    assert report.late_after(deployment, status, 2 * SECOND) is None


def test_a_rollout_that_does_not_move_is_late_once() -> None:
    moving = [report.progressing("True", "ReplicaSetUpdated", "", 0)]
    counts = {"replicas": 2, "updatedReplicas": 2, "conditions": moving}
    deployment = _deployment(status=counts)
    status = _turn(deployment, _replicaset(2, replicas=2), 20 * SECOND)
    assert _reason(status, "Progressing") == ("True", "ReplicaSetUpdated")
    assert report.late_after(deployment, status, 20 * SECOND) == SECOND
    status = _turn(deployment, _replicaset(2, replicas=2), 21 * SECOND)
    assert _reason(status, "Progressing") == ("False", "ProgressDeadlineExceeded")
    assert report.late_after(deployment, status, 21 * SECOND) is None


def test_a_pause_is_told_until_the_resumed_rollout_moves() -> None:
    deployment = _deployment(paused=True)
    conditions = report.pause_conditions(deployment, 0)
    assert _reason({"conditions": conditions}, "Progressing") == ("Unknown", "DeploymentPaused")
    resumed = _deployment(status={"conditions": conditions})
    assert _reason({"conditions": report.pause_conditions(resumed, 1)}, "Progressing") == (
        "Unknown",
        "DeploymentResumed",
    )


def test_a_late_rollout_stays_late_when_it_is_paused() -> None:
    late = [report.progressing("False", "ProgressDeadlineExceeded", "", 0)]
    deployment = _deployment(paused=True, status={"conditions": late})
    assert report.pause_conditions(deployment, 0) == late


def test_without_a_deadline_there_is_no_progress_condition() -> None:
    deployment = _deployment(deadline=2**31 - 1, status={"conditions": [report.progressing("True", "X", "", 0)]})
    assert _reason(_turn(deployment, _replicaset(2), 0), "Progressing") is None


def test_a_condition_moves_to_the_end_and_keeps_its_time_while_its_status_stays() -> None:
    first = report.progressing("True", "A", "", 0)
    other = {**first, "type": "Available"}
    told = report.with_condition([first, other], report.progressing("True", "B", "", 5 * SECOND))
    assert [one["type"] for one in told] == ["Available", "Progressing"]
    assert told[1]["lastTransitionTime"] == first["lastTransitionTime"]
    assert told[1]["lastUpdateTime"] != first["lastUpdateTime"]
    same = report.progressing("True", "B", "other words", 9 * SECOND)
    assert report.with_condition(told, same) is told


def test_the_failure_of_a_replicaset_is_passed_on() -> None:
    failed = {
        "type": "ReplicaFailure",
        "status": "True",
        "reason": "FailedCreate",
        "message": "no",
        "lastTransitionTime": "t",
    }
    new = _replicaset(2)
    new["status"]["conditions"] = [failed]
    status = _turn(_deployment(), new, 0)
    assert _reason(status, "ReplicaFailure") == ("True", "FailedCreate")
    assert _reason(_turn(_deployment(status=status), _replicaset(2), 0), "ReplicaFailure") is None
