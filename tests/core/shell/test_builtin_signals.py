"""trap, wait, kill, jobs."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("trap 'echo e' EXIT; exit 4", "e\n"),
    ("sleep 9 & wait; echo $?", "0\n"),
    ("sleep 100 & kill $!; wait $!; echo $?", "143\n"),
    ("kill -0 $$ && echo alive; kill 9999; echo $?", "alive\n1\n"),
    ("trap '' TERM; kill $$; echo still", "still\n"),
    ("trap 'echo t' USR1; (sleep 1; kill -USR1 $$) & wait; echo $?", "t\n138\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
