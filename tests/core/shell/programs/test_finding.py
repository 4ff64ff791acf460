"""find."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ('mkdir -p /a/b; touch /a/x.txt /a/b/y.txt /a/z; find /a -name "*.txt" -type f', "/a/b/y.txt\n/a/x.txt\n"),
    ("mkdir -p /a/b; find /a -maxdepth 1 -type d", "/a\n/a/b\n"),
    ("touch /f1 /f2; find / -maxdepth 1 -name 'f?' -exec echo got {} \\;", "got /f1\ngot /f2\n"),
    ("mkdir /a; touch /a/x; find /a -name x -delete; ls /a", ""),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
