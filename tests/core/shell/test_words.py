"""Quoting."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo a'b'\"c\"\\d", "abcd\n"),
    ('echo "a\\"b" \'$x\' "\\$x"', 'a"b $x $x\n'),
    ("echo $'x\\ty'", "x\ty\n"),
    ("echo `echo \\`echo n\\``", "n\n"),
    ("echo a#b #c", "a#b\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
