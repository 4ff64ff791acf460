"""Functions of lists."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[1, 2, 2].isSorted()", True),
        ("[2, 1].isSorted()", False),
        ("[1, 2, 3].sum()", 6),
        ("[1.5, 1.5].sum()", 3.0),
        ("[3, 1, 2].min() + [3, 1, 2].max()", 4),
        ("[1, 2, 3, 4].slice(1, 3)", [2, 3]),
        ("[[1], [2, 3]].flatten()", [1, 2, 3]),
        ("[[[1]]].flatten(2)", [1]),
        ("lists.range(3)", [0, 1, 2]),
        ("[1, 2, 1].distinct()", [1, 2]),
        ("[1, 2].reverse()", [2, 1]),
        ("['b', 'a'].sort()", ["a", "b"]),
        ("[5, 6].first().value() + [5, 6].last().value()", 11),
        ("[1].filter(x, x > 1).first().hasValue()", False),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


def test_errors() -> None:
    assert failure("[1].filter(x, x > 1).min()") == "min called on empty list"
    assert failure("[1].slice(0, 2)") == "cannot slice(0, 2), list is length 1"
    assert failure("[1].slice(-1, 1)") == "cannot slice(-1, 1), negative indexes not supported"
    assert failure("[[1]].flatten(-1)") == "level must be non-negative"
