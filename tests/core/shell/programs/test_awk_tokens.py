"""awk: words."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo 'a/b' | awk -F/ '{print $2}  # comment'", "b\n"),
    ("echo x5 | awk '/x[0-9]/ {print \"hit\"}'", "hit\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
