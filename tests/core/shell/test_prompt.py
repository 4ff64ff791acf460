"""Shells that read their commands."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo 'echo from stdin; exit 3' | sh; echo $?", "from stdin\n3\n"),
    ("printf 'if true\\nthen echo multi\\nfi\\n' | sh", "multi\n"),
    ("printf 'cat\\nnot a command\\n' | sh", "not a command\n"),
    ("echo 'if' | sh 2>/dev/null; echo $?", "2\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
