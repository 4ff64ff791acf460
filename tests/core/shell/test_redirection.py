"""Redirections."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo a > /f; echo b >> /f; cat < /f", "a\nb\n"),
    ("{ echo o; echo e >&2; } > /f 2>&1; cat /f", "o\ne\n"),
    ("cat <<< word", "word\n"),
    ("exec 5>/f; echo x >&5; exec 5>&-; cat /f", "x\n"),
    ("echo x > /nodir/f; echo $?", "1\n"),
    ("echo hid > /dev/null; cat /dev/null; head -c 4 /dev/zero | wc -c", "4\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
