"""format()."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'%s and %s'.format(['a', 'b'])", "a and b"),
        ("'%d%%'.format([42])", "42%"),
        ("'%.2f'.format([3.14159])", "3.14"),
        ("'%f'.format([1234.5])", "1,234.500000"),
        ("'%e'.format([2.71828])", "2.718280\u202f×\u202f10⁰⁰"),
        ("'%b %x %X %o'.format([5, 26, 26, 30])", "101 1a 1A 36"),
        ("'%s'.format([[1, 2]])", "[1, 2]"),
        ("'%s'.format([{'b': 'x', 'a': 'y'}])", '{"a":"y", "b":"x"}'),
        ("'%s'.format([duration('90m')])", "5400s"),
        ("'%s'.format([type(1)])", "int"),
        ("'%x'.format(['ab'])", "6162"),
        ("'%s'.format([null])", "null"),
    ],
)
def test_values(source: str, expected: str) -> None:
    assert value(source) == expected


def test_errors() -> None:
    assert failure("'%d'.format(['a'])") == (
        "error during formatting: decimal clause can only be used on integers, was given string"
    )
    assert failure("'%s %s'.format(['a'])") == "index 1 out of range"
    assert "unrecognized formatting clause" in failure("'%q'.format(['a'])")
    assert failure("'%'.format([])") == "unexpected end of string"
