"""Builtins: cd, echo, eval, source, exec, command, type."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("cd /etc; pwd; cd - >/dev/null; pwd", "/etc\n/\n"),
    ("command -v ls cd; type nosuch", "/bin/ls\ncd\nnosuch: not found\n"),
    ("eval 'echo $((1+1))'", "2\n"),
    ("echo 'x=3' > /l; . /l; echo $x", "3\n"),
    ("exec echo replaced; echo never", "replaced\n"),
    ("f() { return 3; }; f; echo $?", "3\n"),
    ("command echo hi", "hi\n"),
    ("exec nosuch; echo never", ""),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
