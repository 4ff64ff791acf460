"""expr."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("expr 2 + 3 \\* 4; expr 7 / 2; expr abc : 'a\\(.*\\)'; expr 1 \\< 2; expr 0; echo $?", "14\n3\nbc\n1\n0\n1\n"),
    ("expr 1 / 0 2>/dev/null; echo $?", "2\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
