"""seq and whole lines."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("seq 2 2 6", "2\n4\n6\n"),
    ("seq -w 9 10", "09\n10\n"),
    ("seq 3 | tac", "3\n2\n1\n"),
    ("echo abc | rev", "cba\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
