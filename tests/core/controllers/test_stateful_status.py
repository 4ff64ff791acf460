"""The status of a StatefulSet."""

from __future__ import annotations

from cluster_core.controllers import stateful_status as report
from cluster_core.controllers.stateful_revisions import Revisions
from tests.core.controllers.sets import Obj, member, owner

NOW = 1_800_000_000_000_000


def _revisions(current: str, update: str) -> Revisions:
    return Revisions({"metadata": {"name": current}}, {"metadata": {"name": update}}, 0)


def _status(who: Obj, pods: list[Obj], replaced: int = 0) -> Obj:
    return report.status_of(who, pods, _revisions("db-1", "db-2"), replaced, NOW)


def test_pods_are_counted_by_revision_and_those_that_leave_only_as_pods() -> None:
    pods = [member(0), member(1, "db-2"), member(2, "db-2", deletionTimestamp="2026-01-01T00:00:00Z")]
    status = _status(owner(), pods)
    assert (status["replicas"], status["readyReplicas"], status["availableReplicas"]) == (3, 3, 3)
    assert (status["currentReplicas"], status["updatedReplicas"]) == (1, 1)
    assert _status(owner(), pods, replaced=1).get("currentReplicas", 0) == 0


def test_pods_that_are_not_created_do_not_count() -> None:
    fresh = member(1)
    del fresh["status"]
    status = _status(owner(), [member(0, ready=False), fresh])
    assert status["replicas"] == 1 and "readyReplicas" not in status and status["availableReplicas"] == 0


def test_a_complete_update_makes_its_revision_current() -> None:
    status = _status(owner(replicas=2), [member(0, "db-2"), member(1, "db-2")])
    assert (status["currentRevision"], status["currentReplicas"]) == ("db-2", 2)
    on_delete = _status(owner(replicas=2, updateStrategy={"type": "OnDelete"}), [member(0, "db-2"), member(1, "db-2")])
    assert on_delete["currentRevision"] == "db-1"


def test_only_news_is_written() -> None:
    who = owner()
    status = _status(who, [member(0)])
    assert report.is_news(who, status)
    told = who | {"status": status}
    assert not report.is_news(told, status)
    assert not report.is_news(told, {**status, "collisionCount": 5})
    assert report.is_news(told, {**status, "replicas": 7})


def test_available_is_ready_long_enough() -> None:
    pod = member(0)
    assert report.is_available(pod, owner(), NOW)
    assert not report.is_available(pod, owner(minReadySeconds=2**31), NOW)
