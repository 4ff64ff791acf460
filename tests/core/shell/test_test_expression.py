"""test, [ and [[."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("[ 1 -lt 2 ] && echo y", "y\n"),
    ("[ -f /etc/passwd -a ! -d /etc/passwd ] && echo y", "y\n"),
    ("[[ abc == a* && x != y ]] && echo y", "y\n"),
    ("[[ a1 =~ ^a([0-9])$ ]] && echo ${BASH_REMATCH[1]}", "1\n"),
    ("[ x -eq 1 ] 2>/dev/null; echo $?", "2\n"),
    ('[ "" ]; echo $?; [ ! "" ]; echo $?', "1\n0\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script, "debian", "bash") == expected
