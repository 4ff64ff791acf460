"""Programs, functions, assignments before them."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("A=5 sh -c 'echo $A'; echo [$A]", "5\n[]\n"),
    ("nosuch 2>/dev/null; echo $?", "127\n"),
    ("/etc/passwd 2>/dev/null; echo $?", "126\n"),
    ("f() { echo $X; }; X=1 f; echo [$X]", "1\n[]\n"),
    ("sh -c 'sleep 1; kill -9 $$'; echo $?", "137\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
