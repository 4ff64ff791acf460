"""The standard library."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("size('añb') + 'a'.size() + size([1]) + size({})", 5),
        ("'abc'.contains('bc') && 'abc'.startsWith('a') && 'abc'.endsWith('c')", True),
        ("'abc'.matches('^a.c$') && !'xabc'.matches('^a')", True),
        ("int('-12') + int(3.7) + int(2u) + int(timestamp('1970-01-01T00:00:05Z'))", -2),
        ("uint('3') + 1u", 4),
        ("double('1.5') + double(1)", 2.5),
        ("string(1.5) + string(true) + string(2) + string(b'x') + string(duration('90s'))", "1.5true2x90s"),
        ("bool('true') && !bool('f')", True),
        ("bytes('é').size()", 2),
        ("type(1) == int && type('a') == string && type([]) == list && type(null) == null_type", True),
        ("type(self.any) == string", True),
        ("string(timestamp(0))", "1970-01-01T00:00:00Z"),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("int('a')", 'strconv.ParseInt: parsing "a": invalid syntax'),
        ("int(1e30)", "integer overflow"),
        ("double('x')", 'strconv.ParseFloat: parsing "x": invalid syntax'),
        ("string(b'\\xff')", "invalid UTF-8 in bytes, cannot convert to string"),
        ("bool('maybe')", "type conversion error from 'string' to 'bool': maybe"),
        ("self.name.matches(self.name + '(')", "error parsing regexp: missing closing ): `abc(`"),
        ("timestamp(self.name)", 'parsing time "abc" as "2006-01-02T15:04:05Z07:00": cannot parse "abc" as "2006"'),
        ("duration(self.name)", 'time: invalid duration "abc"'),
    ],
)
def test_errors(source: str, words: str) -> None:
    assert failure(source) == words
