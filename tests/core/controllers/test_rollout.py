"""The arithmetic of rolling updates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.controllers.rollout import Budget, Share, budget, new_size, removable, resolve, scale_proportionally


def _deployment(replicas: int, surge: object, unavailable: object, kind: str = "RollingUpdate") -> dict[str, object]:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    strategy = {"type": kind, **({"rollingUpdate": rolling} if kind == "RollingUpdate" else {})}
    return {"spec": {"replicas": replicas, "strategy": strategy}}


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "expected"),
    [
        (10, "25%", "25%", Budget(10, 3, 2)),
        (1, "25%", "25%", Budget(1, 1, 0)),
        (10, 0, 0, Budget(10, 0, 1)),
        (0, 0, 0, Budget(0, 0, 0)),
        (3, 1, 7, Budget(3, 1, 3)),
        (4, "10%", "10%", Budget(4, 1, 0)),
    ],
)
def test_percentages_round_surge_up_and_unavailability_down(
    replicas: int, surge: object, unavailable: object, expected: Budget
) -> None:
    assert budget(_deployment(replicas, surge, unavailable)) == expected


def test_recreate_promises_every_pod_and_no_more() -> None:
    assert budget(_deployment(5, None, None, "Recreate")) == Budget(5, 0, 0)


def test_resolve_takes_numbers_as_they_are() -> None:
    assert (resolve(7, 100, round_up=True), resolve("33%", 10, round_up=True), resolve("33%", 10, round_up=False)) == (
        7,
        4,
        3,
    )


@given(st.integers(0, 50), st.integers(0, 20), st.integers(0, 50), st.integers(0, 80))
def test_the_new_replicaset_never_passes_the_surge_or_the_wish(desired: int, surge: int, new: int, old: int) -> None:
    limits = Budget(desired, surge, 0)
    new = min(new, desired)
    size = new_size(limits, new, new + old)
    assert new <= size <= desired
    assert size == new or size + old <= limits.max_total


def test_removable_counts_what_availability_leaves() -> None:
    assert removable(Budget(10, 3, 2), 13, 3) == 2
    assert removable(Budget(10, 0, 0), 10, 1) == 0


def test_shares_of_a_growing_deployment() -> None:
    """As recorded (04-pause-resume): 10 and 5 of at most 15 become 18 and 9 of at most 27."""
    assert scale_proportionally([Share(10, 15), Share(5, 15)], Budget(24, 3, 2)) == [18, 9]


def test_halves_round_away_from_zero() -> None:
    assert scale_proportionally([Share(5, 10), Share(5, 10)], Budget(15, 0, 0)) == [8, 7]


def test_to_zero_and_without_an_annotation() -> None:
    assert scale_proportionally([Share(3, 6), Share(2, 6)], Budget(0, 1, 0)) == [0, 0]
    assert scale_proportionally([Share(3, 0), Share(2, 0)], Budget(10, 0, 0)) == [8, 2]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(0, 80), st.integers(0, 10))
def test_the_shares_add_up_to_what_is_allowed(sizes: list[int], desired: int, surge: int) -> None:
    sizes = sorted(sizes, reverse=True)
    limits = Budget(desired, surge, 0)
    given_to = scale_proportionally([Share(size, sum(sizes)) for size in sizes], limits)
    allowed = limits.max_total if desired else 0
    assert all(size >= 0 for size in given_to)
    if allowed >= sum(sizes):
        assert sum(given_to) == allowed
        assert all(after >= before for before, after in zip(sizes, given_to, strict=True))
