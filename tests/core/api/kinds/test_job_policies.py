"""Lists of indexes."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.job_policies import intervals


def test_intervals() -> None:
    assert intervals("", 5) == []
    assert intervals("0,2-4", 5) == [(0, 0), (2, 4)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1-2-3", 'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts'),
        ("a", 'cannot convert string to integer for index: "a"'),
        ("5", 'too large index: "5"'),
        ("3-2", "non-increasing order, previous: 3, current: 2"),
        ("2,1", "non-increasing order, previous: 2, current: 1"),
    ],
)
def test_what_is_none(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        intervals(text, 5)
