"""What a budget allows."""

from __future__ import annotations

import pytest

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers import disruption_status as report
from tests.core.controllers.sets import Obj, member

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


def _budget(status: Obj | None = None, **spec: object) -> Obj:
    return {"metadata": {"name": "b", "namespace": "default", "generation": 2}, "spec": spec, "status": status or {}}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (5, 2)),
        ({"minAvailable": "50%"}, (7, 4)),
        ({"minAvailable": "100%"}, (7, 7)),
        ({"maxUnavailable": 2}, (7, 5)),
        ({"maxUnavailable": "50%"}, (7, 3)),
        ({"maxUnavailable": 99}, (7, 0)),
        ({}, (0, 0)),
    ],
)
def test_bounds_of_five_pods_whose_controllers_want_seven(spec: dict[str, object], expected: tuple[int, int]) -> None:
    budget = _budget(**spec)
    assert report.bounds(budget, 5, 7) == expected
    assert report.needs_scale(budget) is (expected[0] == 7)


def test_the_status_says_how_many_and_why() -> None:
    status = report.status_of(_budget(), (5, 3, 4), {}, NOW)
    assert (status["disruptionsAllowed"], status["observedGeneration"]) == (1, 2)
    assert (status["conditions"][0]["status"], status["conditions"][0]["reason"]) == ("True", "SufficientPods")
    status = report.status_of(_budget(), (5, 3, 2), {"p": "t"}, NOW)
    assert (status["disruptionsAllowed"], status["disruptedPods"]) == (0, {"p": "t"})
    assert status["conditions"][0]["reason"] == "InsufficientPods"
    assert report.status_of(_budget(), (0, 0, 4), {}, NOW)["disruptionsAllowed"] == 0


def test_pods_about_to_go_are_not_healthy_until_their_time_is_over() -> None:
    given = {"db-0": rfc3339(NOW), "db-1": rfc3339(NOW - 121 * SECOND), "db-2": rfc3339(NOW), "gone": rfc3339(NOW)}
    pods = [member(0), member(1), member(2, deletionTimestamp=rfc3339(NOW)), member(3)]
    found = report.disrupted(_budget({"disruptedPods": given}), pods, NOW)
    assert list(found.pods) == ["db-0"] and found.wait == 120 * SECOND
    assert [pod["metadata"]["name"] for pod in found.late] == ["db-1"]
    assert report.healthy(pods, found.pods) == 2


def test_nothing_is_allowed_when_nobody_knows() -> None:
    status = report.failed_status(_budget({"disruptionsAllowed": 3, "expectedPods": 4}), "why", NOW)
    assert (status["disruptionsAllowed"], status["expectedPods"]) == (0, 4)
    assert (status["conditions"][0]["reason"], status["conditions"][0]["message"]) == ("SyncFailed", "why")


def test_a_disruption_that_did_not_come_is_stale_after_two_minutes() -> None:
    pod = member(0)
    assert report.stale_after(pod, NOW) is None
    told = {"type": "DisruptionTarget", "status": "True", "lastTransitionTime": rfc3339(NOW)}
    pod["status"]["conditions"].append(told)
    assert report.stale_after(pod, NOW + 20 * SECOND) == 100 * SECOND
    assert report.stale_after(pod, NOW + 200 * SECOND) == 0
    told["reason"] = "TerminationByKubelet"
    assert report.stale_after(pod, NOW) is None
