"""cat, head, tail, wc, tee."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out, run

ROWS = [
    ("seq 20 | head -2; seq 20 | tail -n 2; seq 20 | tail -n +20", "1\n2\n19\n20\n20\n"),
    ("printf 'a b\\nc\\n' | wc; printf ab | wc -c", "        2         3         6\n2\n"),
    ("echo x | tee /a | cat -n; cat /a", "     1\tx\nx\n"),
    ("head -c 3 /etc/passwd", "roo"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected


def test_tail_follows_a_file() -> None:
    ran = run("(sleep 2; echo new >> /f) & echo old > /f; timeout 5 tail -f /f")
    assert ran.out == "old\nnew\n"
