"""awk: statements."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("seq 3 | awk '{s+=$1} END {print s}'", "6\n"),
    ("echo 'a b' | awk '{print $2; next; print 1}'", "b\n"),
    ("awk 'BEGIN {exit 3}'; echo $?", "3\n"),
    ("printf 'a\\nb\\nc\\n' | awk '/b/,/c/'", "b\nc\n"),
    ("awk 'BEGIN {while (i<3) {i++; if (i==2) continue; print i}}'", "1\n3\n"),
    ("echo x | awk '{print > \"/o\"}'; cat /o", "x\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
