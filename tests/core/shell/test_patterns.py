"""Patterns, fields, braces."""

from __future__ import annotations

import pytest

from cluster_core.shell.patterns import braces, matches, split, text_of


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("*.txt", "a.txt", True), ("a?c", "abc", True), ("[!a]*", "abc", False), ("[[:digit:]]", "5", True), ("\\*", "*", True),
     ("\\*", "x", False), ("a*b*c", "aXbYc", True), ("a*b*c", "acb", False), ("[]]", "]", True), ("[a-", "[a-", True), ("", "", True)],
)  # fmt: skip
def test_matches(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) == expected


def test_many_stars_take_no_time() -> None:
    assert not matches("*a" * 30 + "b", "a" * 3_000)


def test_only_what_was_expanded_is_split() -> None:
    word = [("a b", False, False), ("c d", False, True), ("", True, False)]
    assert [text_of(field) for field in split(word, " ")] == ["a bc", "d"]
    assert [text_of(field) for field in split([(":a::b:", False, True)], ":")] == ["", "a", "", "b"]


def test_braces() -> None:
    assert [text_of(word) for word in braces([("a{1..3}", False, False)])] == ["a1", "a2", "a3"]
    assert len(braces([("{1..99999}{1..99999}", False, False)])) < 10_000
