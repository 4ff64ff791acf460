"""Patterns of strangers."""

from __future__ import annotations

import pytest

from cluster_core.api.pattern import PATTERN_MAX, compiled, matches


def test_matches() -> None:
    assert matches("b+", "abbc")
    assert not matches("^b", "ab")


def test_a_nasty_pattern_is_quick() -> None:
    assert not matches("^(a+)+$", "a" * 100_000 + "b")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "error parsing regexp: missing closing ): `(`"),
        ("[a", "error parsing regexp: missing closing ]: `[a`"),
        ("*", "error parsing regexp: missing argument to repetition operator: `*`"),
        ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
        ("a{2000}", "error parsing regexp: invalid repeat count: `{2000}`"),
        ("\\", "error parsing regexp: trailing backslash at end of expression: ``"),
        ("a" * (PATTERN_MAX + 1), "error parsing regexp: expression too large: at most 10000 characters"),
    ],
)
def test_go_words(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match="regexp") as caught:
        compiled(pattern)
    assert str(caught.value) == words
