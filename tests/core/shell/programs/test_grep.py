"""grep."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("printf 'a\\nb\\nab\\n' | grep -n b", "2:b\n3:ab\n"),
    ("grep -c root /etc/passwd", "1\n"),
    ("echo a.b | grep -F a.b; echo axb | grep -F a.b; echo $?", "a.b\n1\n"),
    ("printf 'x1\\ny\\n' | grep -oE '[0-9]+'", "1\n"),
    ("mkdir /d; echo hit > /d/f; grep -r hit /d", "/d/f:hit\n"),
    ("printf 'a\\nB\\nc\\n' | grep -i -A1 b", "B\nc\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
