"""ps, kill, pidof."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("ps | tail -n +2 | awk '{print $1, $4}' | head -1", "1 sh\n"),
    ("sleep 50 & pidof sleep; pkill sleep; pidof sleep; echo $?", "2\n1\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
