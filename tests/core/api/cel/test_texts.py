"""Functions of texts."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.problem import CostExceeded
from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'tacocat'.charAt(3)", "o"),
        ("'tacocat'.charAt(7)", ""),
        ("'hello mellow'.indexOf('ello')", 1),
        ("'hello mellow'.indexOf('ello', 2)", 7),
        ("'hello mellow'.indexOf('jello')", -1),
        ("'hello mellow'.indexOf('', 2)", 2),
        ("'hello mellow'.lastIndexOf('ello')", 7),
        ("'hello mellow'.lastIndexOf('ello', 6)", 1),
        ("[1, 2, 1].lastIndexOf(1)", 2),
        ("['a', 'b'].join(', ')", "a, b"),
        ("'TacoCÆt'.lowerAscii()", "tacocÆt"),
        ("'tacocæt'.upperAscii()", "TACOCæT"),
        ("'hello hello'.replace('he', 'we', 1)", "wello hello"),
        ("'ab'.replace('', '_')", "_a_b_"),
        ("'a b c'.split(' ', 2)", ["a", "b c"]),
        ("'abc'.split('')", ["a", "b", "c"]),
        ("'abc'.split('', 2)", ["a", "bc"]),
        ("'a'.split(' ', 0)", []),
        ("'tacocat'.substring(4)", "cat"),
        ("'tacocat'.substring(0, 4)", "taco"),
        ("'  a '.trim()", "a"),
        ("strings.quote('a\"\\n')", '"a\\"\\n"'),
        ("'abc 123'.find('[0-9]+')", "123"),
        ("'123 abc 456'.findAll('[0-9]+')", ["123", "456"]),
        ("'123 abc 456'.findAll('[0-9]+', 1)", ["123"]),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("'a'.charAt(2)", "index out of range: 2"),
        ("'a'.indexOf('a', -1)", "index out of range: -1"),
        ("'abc'.substring(2, 1)", "invalid substring range. start: 2, end: 1"),
        ("'abc'.substring(4)", "index out of range: 4"),
        ("'a'.find('(')", "Illegal regex: error parsing regexp: missing closing ): `(`"),
        ("[dyn(1)].join()", "join: invalid input: 1"),
    ],
)
def test_errors(source: str, words: str) -> None:
    assert failure(source) == words


def test_texts_do_not_multiply_without_end() -> None:
    grown = "'" + "a" * 500 + "'"
    for _ in range(3):
        grown = f"{grown}.replace('', '{'b' * 500}')"
    with pytest.raises(CostExceeded):
        value(grown, limit=10_000_000)
