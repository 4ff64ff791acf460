"""Sets of completion indexes: as text, joined, counted, and what is free."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.controllers import job_indexes as indexes
from tests.core.controllers.job_objects import pod

SETS = st.sets(st.integers(0, 40))


@pytest.mark.parametrize(
    ("text", "completions", "found"),
    [
        ("", 5, ()),
        ("0-3,5", 9, ((0, 3), (5, 5))),
        ("0-3,5", 3, ((0, 2),)),
        ("1,2,3", 9, ((1, 3),)),
        ("x,2,4-y", 9, ((2, 2),)),
        ("7,8", 7, ()),
    ],
)
def test_texts_are_read(text: str, completions: int, found: indexes.Intervals) -> None:
    assert indexes.parse_indexes(text, completions) == found


@given(SETS, SETS)
def test_they_behave_like_sets(left: set[int], right: set[int]) -> None:
    one, other = indexes.with_indexes((), left), indexes.with_indexes((), right)
    both = indexes.merged(one, other)
    assert indexes.parse_indexes(indexes.written(both), 100) == both
    assert indexes.total(both) == len(left | right)
    assert indexes.overlap(one, other) == len(left & right)
    assert all(indexes.has_index(both, index) == (index in left | right) for index in range(42))


@given(SETS, st.integers(0, 20), st.integers(0, 50))
def test_what_is_free(taken: set[int], count: int, completions: int) -> None:
    expected = [index for index in range(completions) if index not in taken][:count]
    assert indexes.free_indexes(indexes.with_indexes((), taken), count, completions) == expected


def test_two_neighbours_are_no_range() -> None:
    assert indexes.written(((0, 3), (5, 5), (7, 8))) == "0-3,5,7,8"


def test_the_index_of_a_pod() -> None:
    assert indexes.index_of(pod("a")) is None
    assert indexes.index_of(pod("a", index=3)) == 3
    assert indexes.valid_index(pod("a", index=3), 3) is None
    assert indexes.index_of(pod("a", notes={indexes.COMPLETION_INDEX: "-1"})) is None
    assert indexes.indexes_of([pod("a", index=3), pod("b", index=1), pod("c")]) == [1, 3]


def test_failures_that_cannot_be_read_are_none() -> None:
    noted = pod("a", notes={indexes.INDEX_FAILURES: "2", indexes.INDEX_IGNORED: "1"})
    assert (indexes.index_failures(noted), indexes.index_failures_all(noted)) == (2, 3)
    assert indexes.index_failures(pod("a", notes={indexes.INDEX_FAILURES: "many"})) == 0
