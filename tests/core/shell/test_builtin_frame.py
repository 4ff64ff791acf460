"""What the shell prints again must be readable to it."""

from __future__ import annotations

import pytest

from cluster_core.shell.builtin_frame import quoted
from tests.core.shell.container import out

ROWS = [
    ('set -x 2>&1; echo "a b"', "a b\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected


def test_quoted() -> None:
    assert [quoted(text) for text in ("plain", "a b", "", "it's")] == ["plain", "'a b'", "''", "'it'\\''s'"]
