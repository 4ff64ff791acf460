"""Words broken into lines."""

from __future__ import annotations

from cluster_core.kubectl.printing.wrapped import indented, wrapped


def test_a_line_breaks_where_a_word_would_pass_the_limit() -> None:
    assert wrapped("the quick brown fox", 10) == "the quick\nbrown fox"


def test_a_long_word_stays_whole_and_breaks_in_the_text_stay() -> None:
    assert wrapped("a https://example.com/long b\n\nc", 10) == "a\nhttps://example.com/long\nb\n\nc"


def test_every_line_is_indented() -> None:
    assert indented("a\n\nb", 2) == "  a\n  \n  b"
