"""Expansion of words."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ('set -- a "b c"; for i in "$@"; do echo "<$i>"; done', "<a>\n<b c>\n"),
    ("x=abcdef; echo ${x:2} ${x:1:2} ${x: -2} ${#x}", "cdef bc ef 6\n"),
    ("x=aXbX; echo ${x/X/-} ${x//X/-}", "a-bX a-b-\n"),
    ("echo {a,b}{1..3}", "a1 a2 a3 b1 b2 b3\n"),
    ('x="*"; cd /etc; echo "$x"; echo pass*', "*\npasswd\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script, "debian", "bash") == expected
