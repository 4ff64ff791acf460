"""Back-off of a Job: 10, 20, 40 s from the last failure, at most 10 minutes; a success begins anew."""

from __future__ import annotations

import pytest

from cluster_core.controllers import job_backoff as backoff
from cluster_core.controllers.job_backoff import BackOffRecord
from cluster_core.controllers.job_indexes import INDEX_FAILURES
from tests.core.controllers.job_objects import SECOND, pod


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 10), (2, 20), (3, 40), (6, 320), (7, 600), (100, 600)])
def test_it_doubles(failures: int, seconds: int) -> None:
    assert BackOffRecord(failures, 5 * SECOND).remaining(5 * SECOND) == seconds * SECOND


def test_time_passes() -> None:
    assert BackOffRecord(1, 5 * SECOND).remaining(12 * SECOND) == 3 * SECOND
    assert BackOffRecord(1, 5 * SECOND).remaining(99 * SECOND) == 0


def test_failures_add_up_and_a_success_forgets_those_before_it() -> None:
    one = backoff.after(BackOffRecord(), [], [pod("a", "Failed", ended=3), pod("b", "Failed", ended=7)])
    assert one == BackOffRecord(2, 7 * SECOND)
    assert backoff.after(one, [], []) == one
    assert backoff.after(one, [pod("c", "Succeeded", ended=8)], []) == BackOffRecord()
    mixed = backoff.after(
        one, [pod("c", "Succeeded", ended=8)], [pod("d", "Failed", ended=6), pod("e", "Failed", ended=9)]
    )
    assert mixed == BackOffRecord(1, 9 * SECOND)


def test_an_index_has_a_back_off_of_its_own() -> None:
    failed = pod("a", "Failed", ended=5, notes={INDEX_FAILURES: "1"})
    assert backoff.remaining_of_index(failed, 5 * SECOND) == 20 * SECOND
    assert backoff.remaining_of_index(None, 5 * SECOND) == 0


def test_when_a_pod_ended() -> None:
    assert backoff.finished_at(pod("a", "Failed", ended=5)) == 5 * SECOND
    not_ready = {"type": "Ready", "status": "False", "lastTransitionTime": "2025-01-01T00:00:09Z"}
    assert backoff.finished_at(pod("a", "Failed", conditions=[not_ready])) == 9 * SECOND
    assert backoff.finished_at(pod("a", going=True)) == 15 * SECOND
    assert backoff.finished_at(pod("a")) == 0
