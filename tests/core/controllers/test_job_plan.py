"""How many pods a Job gets: never more than it may have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.api.objects import is_pod_active
from cluster_core.controllers.job_backoff import BackOffRecord
from cluster_core.controllers.job_indexes import COMPLETION_INDEX
from cluster_core.controllers.job_look import survey
from cluster_core.controllers.job_plan import JobStep, next_step
from tests.core.controllers.job_objects import SECOND, Obj, job, pod


def step(found: Obj, pods: list[Obj], satisfied: bool = True, record: BackOffRecord | None = None) -> JobStep:
    return next_step(survey(found, pods, 20 * SECOND, satisfied, {}, record or BackOffRecord()))


@pytest.mark.parametrize(
    ("spec", "pods", "made"),
    [
        ({"completions": 6, "parallelism": 2}, [], 2),
        ({"completions": 6, "parallelism": 2}, [pod("a")], 1),
        ({"completions": 2, "parallelism": 5}, [pod("a", "Succeeded")], 1),
        ({"completions": None, "parallelism": 3}, [pod("a")], 2),
        ({"completions": None, "parallelism": 3}, [pod("a"), pod("b", "Succeeded")], 0),
        ({"completions": 3, "parallelism": 3}, [pod("a", going=True)], 0),
        ({"completions": 3, "parallelism": 3, "podReplacementPolicy": "Failed"}, [pod("a", going=True)], 2),
        ({"completions": 3, "parallelism": 3, "suspend": True}, [], 0),
    ],
)
def test_pods_to_make(spec: Obj, pods: list[Obj], made: int) -> None:
    assert len(step(job(**spec), pods).make) == made


def test_a_deleted_pod_that_counts_as_failed_waits_for_the_back_off() -> None:
    found = step(job(completions=3, parallelism=3), [pod("a", going=True)])
    assert not found.make and found.wait > 0


def test_too_many_pods_go_and_are_not_counted() -> None:
    found = step(job(completions=9, parallelism=1), [pod("a"), pod("b")])
    assert len(found.remove) == 1 and found.untrack and not found.make
    suspended = step(job(suspend=True), [pod("a"), pod("b")])
    assert len(suspended.remove) == 2 and suspended.untrack


def test_a_job_that_has_failed_loses_its_pods_and_counts_them() -> None:
    found = step(job(backoffLimit=0), [pod("a"), pod("b", "Failed")])
    assert [one["metadata"]["name"] for one in found.remove] == ["a"] and not found.untrack


def test_nothing_is_done_while_something_is_awaited_or_the_job_goes() -> None:
    assert step(job(), [], satisfied=False) == JobStep()
    going = job()
    going["metadata"]["deletionTimestamp"] = "2025-01-01T00:00:00Z"
    assert step(going, []) == JobStep()


def test_the_back_off_is_waited_for() -> None:
    assert step(job(), [], record=BackOffRecord(2, 15 * SECOND)).wait == 15 * SECOND


def test_indexes_are_filled_from_below() -> None:
    spec = {"completionMode": "Indexed", "completions": 5, "parallelism": 3}
    found = step(job({"completedIndexes": "1"}, **spec), [pod("a", index=0)])
    assert [body["metadata"]["annotations"][COMPLETION_INDEX] for body in found.make] == ["2", "3"]


def test_an_index_that_failed_waits_alone() -> None:
    spec = {"completionMode": "Indexed", "completions": 2, "parallelism": 2, "backoffLimitPerIndex": 3}
    failed = pod("a", "Failed", index=0, ended=15)
    found = step(job(**spec), [failed])
    assert [body["metadata"]["annotations"][COMPLETION_INDEX] for body in found.make] == ["1"]
    assert step(job(**spec), [failed, pod("b", index=1)]).wait == 5 * SECOND


PHASES = st.sampled_from(["Pending", "Running", "Succeeded", "Failed"])


@given(
    st.lists(st.tuples(PHASES, st.booleans(), st.booleans(), st.integers(0, 4)), max_size=8),
    st.integers(0, 5),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from(["Failed", "TerminatingOrFailed"]),
)
def test_a_job_never_has_more_than_its_parallelism_and_its_missing_completions(
    rows: list[tuple[str, bool, bool, int]], parallelism: int, completions: int, indexed: bool, policy: str
) -> None:
    pods = [
        pod(f"p{number}", phase, index=index if indexed else None, going=going, tracked=tracked)
        for number, (phase, going, tracked, index) in enumerate(rows)
    ]
    mode = "Indexed" if indexed else "NonIndexed"
    found = job(parallelism=parallelism, completions=completions, completionMode=mode, podReplacementPolicy=policy)
    look = survey(found, pods, 10**12, True, {}, BackOffRecord())
    done = next_step(look)
    active = sum(is_pod_active(one) for one in pods)
    most = max(0, min(parallelism, completions - look.succeeded))
    assert not (done.make and done.remove)
    if done.make:
        assert active + len(done.make) <= most
        taken = [body["metadata"]["annotations"][COMPLETION_INDEX] for body in done.make] if indexed else []
        assert len(set(taken)) == len(taken)
    elif look.finish is None:
        assert active - len(done.remove) <= most or indexed
