"""Regular expressions of POSIX as Python's."""

from __future__ import annotations

import pytest

from cluster_core.shell.programs.applet import Usage
from cluster_core.shell.programs.patterns import regex


@pytest.mark.parametrize(
    ("pattern", "extended", "text", "found"),
    [
        (r"a\+", False, "aaa", "aaa"),
        ("a+", False, "a+", "a+"),
        ("a+", True, "aa", "aa"),
        ("[[:digit:]]*x", False, "12x", "12x"),
        ("[]a]", False, "]", "]"),
        (r"\(a\)b", False, "ab", "ab"),
        ("a{2}", True, "aa", "aa"),
        ("a{", True, "a{", "a{"),
        ("*a", False, "*a", "*a"),
    ],
)
def test_translation(pattern: str, extended: bool, text: str, found: str) -> None:
    match = regex(pattern, extended).search(text)
    assert match is not None and match[0] == found


@pytest.mark.parametrize("pattern", ["(a+)+b", "(", "a" * 2_000, "(a*)*"])
def test_what_is_refused(pattern: str) -> None:
    with pytest.raises(Usage):
        regex(pattern, True)
