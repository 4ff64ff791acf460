"""sed."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo aXbX | sed 's/X/-/2'", "aXb-\n"),
    ("seq 5 | sed -n '2,4p'", "2\n3\n4\n"),
    ("seq 3 | sed '$d'", "1\n2\n"),
    ("echo ab | sed -E 's/(a)(b)/\\2\\1/'", "ba\n"),
    ("echo x > /f; sed -i 's/x/y/' /f; cat /f", "y\n"),
    ("seq 3 | sed '2i\\\ninserted'", "1\ninserted\n2\n3\n"),
    ("printf 'a\\nb\\n' | sed ':x;N;$!bx;s/\\n/,/'", "a,b\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
