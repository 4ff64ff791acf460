"""Operators."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.operators import deep_size, merged
from cluster_core.api.cel.problem import CostExceeded
from cluster_core.api.cel.values import MapList
from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("1.0 / 0.0 > 1e300", True),
        ("3u - 1u", 2),
        ("'a' + 'b'", "ab"),
        ("[1] + [2]", [1, 2]),
        ("b'a' + b'b'", b"ab"),
        ("1 < 1.5 && 2u > 1", True),
        ("dyn(1) == 1.0 && dyn(1u) == 1", True),
        ("dyn(1) == dyn(true)", False),
        ("[[1], [2]] == [[1], [2]]", True),
        ("{'a': 1} == {'a': 1}", True),
        ("2 in [1, 2]", True),
        ("'a' in self.labels", True),
        ("self.tags[1]", "a"),
        ("self.tags[?5].hasValue()", False),
        ("self.labels[?'a'].value()", "1"),
        ("'a' < 'b'", True),
        ("duration('1h') + duration('30m') == duration('90m')", True),
        ("timestamp('2024-01-01T00:00:00Z') + duration('1h') > timestamp('2024-01-01T00:00:00Z')", True),
        ("timestamp('2024-01-02T00:00:00Z') - timestamp('2024-01-01T00:00:00Z') == duration('24h')", True),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 / 0", "division by zero"),
        ("1 % 0", "modulus by zero"),
        ("9223372036854775807 + 1", "integer overflow"),
        ("0u - 1u", "unsigned integer overflow"),
        ("-(-9223372036854775807 - 1)", "integer overflow"),
        ("self.labels['b']", "no such key: b"),
        ("self.tags[7]", "index out of bounds: 7"),
        ("object.replicas + 'a'", "no such overload: _+_(int, string)"),
        ("object.replicas < 'a'", "no such overload: _<_(int, string)"),
        ("0.0 / 0.0 < 1.0", "NaN values cannot be ordered"),
        ("object.tags[dyn('a')]", "unsupported index type 'string' in list"),
    ],
)
def test_errors(source: str, words: str) -> None:
    assert failure(source) == words


def test_what_shares_its_parts_is_not_walked_without_end() -> None:
    nested: list[object] = [1]
    for _ in range(60):
        nested = [nested, nested]
    with pytest.raises(CostExceeded):
        deep_size(nested)


def test_lists_with_keys_merge() -> None:
    first = MapList([{"k": 1, "v": "a"}, {"k": 2, "v": "b"}])
    first.keys = ("k",)
    assert merged(first, [{"k": 2, "v": "c"}, {"k": 3}]) == [{"k": 1, "v": "a"}, {"k": 2, "v": "c"}, {"k": 3}]
