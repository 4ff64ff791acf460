"""awk: programs that are none, precedence."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("awk 'BEGIN {print 1+2*3, (1+2)*3, -2^2}'", "7 9 -4\n"),
    ("awk '{' </dev/null 2>/dev/null; echo $?", "1\n"),
    ('awk \'BEGIN {a["x"]=1; for (k in a) print k; print ("x" in a), ("y" in a)}\'', "x\n1 0\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
