"""Scripts of sed that are none."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo x | sed 'k' 2>&1 | head -1", "sed: unknown command: `k'\n"),
    ("echo x | sed 's/a' 2>/dev/null; echo $?", "1\n"),
    ("seq 4 | sed -n '/2/,/3/{p;=}'", "2\n2\n3\n3\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
