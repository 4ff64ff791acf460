"""Macros."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import problem, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("self.items.all(i, i.n > 0)", True),
        ("self.items.exists(i, i.n > 1)", True),
        ("self.items.exists_one(i, i.n > 0)", False),
        ("self.items.map(i, i.name)", ["x", "y"]),
        ("self.items.map(i, i.n > 1, i.name)", ["y"]),
        ("self.items.filter(i, i.n > 1).size()", 1),
        ("self.labels.all(k, k == 'a')", True),
        ("self.labels.all(k, v, v == '1')", True),
        ("self.tags.transformList(i, t, string(i) + t)", ["0b", "1a"]),
        ("self.labels.transformMap(k, v, v + '!')", {"a": "1!"}),
        ("self.tags.transformMapEntry(i, t, {t: i})", {"b": 0, "a": 1}),
        ("self.items.existsOne(i, v, v.n == 2)", True),
        ("has(self.name) && !has(object.missing)", True),
        ("optional.of(2).optMap(v, v * 2).value()", 4),
        ("optional.none().optMap(v, v).hasValue()", False),
        ("object.?name.optFlatMap(v, optional.of(v.size())).value()", 3),
        ("self.items.sortBy(i, -i.n).map(i, i.name)", ["y", "x"]),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


def test_names_must_be_names() -> None:
    assert problem("self.items.all(i.n, true)") == "argument must be a simple name"
    assert problem("[1].optMap(1, 2)") == "optMap() variable name must be a simple identifier"
