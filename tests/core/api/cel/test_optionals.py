"""Optionals and sets."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("object.?a.?b.orValue('none')", "none"),
        ("object.?labels.?a.value()", "1"),
        ("optional.none().or(optional.of(2)).value()", 2),
        ("optional.ofNonZeroValue('').hasValue()", False),
        ("optional.ofNonZeroValue(3).hasValue()", True),
        ("[?optional.of(1), ?optional.none()]", [1]),
        ("{?'a': optional.none(), 'b': 1}", {"b": 1}),
        ("has(object.?labels.a)", True),
        ("sets.contains([1, 2], [2])", True),
        ("sets.equivalent([1, 2], [2, 1, 1])", True),
        ("sets.intersects([1], [2])", False),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


def test_nothing_has_no_value() -> None:
    assert failure("optional.none().value()") == "optional.none() dereference"
