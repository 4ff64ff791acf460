"""Tokens of CEL."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.lexer import tokens
from cluster_core.api.cel.values import UInt


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("1 0x1F 3u", [1, 31, UInt(3)]),
        ("1.5 .5 2e3 1.5e-1", [1.5, 0.5, 2000.0, 0.15]),
        (r"'a\n' \"b\" r'\d'".replace('\\"', '"'), ["a\n", "b", "\\d"]),
        ("'''a'b''' \"\"\"c\nd\"\"\"", ["a'b", "c\nd"]),
        (r"b'\xff' b'é' '\u00e9\U0001F600'", [b"\xff", "é".encode(), "é😀"]),
        ("`a-b/c`", ["a-b/c"]),
    ],
)
def test_literals(source: str, values: list[object]) -> None:
    found, problems = tokens(source)
    assert problems == []
    assert [token.value for token in found[:-1]] == values


def test_comments_and_white_space_are_skipped() -> None:
    found, _ = tokens("a // b\n\t+ c")
    assert [token.text for token in found] == ["a", "+", "c", "<EOF>"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a # b", "Syntax error: token recognition error at: '#'"),
        ("'a", "Syntax error: token recognition error at: ''a'"),
        (r"'\q'", r"invalid string literal: unable to unescape string: \q"),
        (r"'\ud800'", "invalid string literal: invalid unicode code point"),
        ("99999999999999999999999u", "invalid uint literal"),
    ],
)
def test_what_is_no_token(source: str, words: str) -> None:
    _, problems = tokens(source)
    assert [problem.message for problem in problems] == [words]
