"""date, hostname, id, uname, which, printenv."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("date; date +%F", "Wed Jan  1 00:00:00 UTC 2025\n2025-01-01\n"),
    ("hostname; hostname -i; whoami; uname; which ls; nproc", "box\n10.244.1.2\nroot\nLinux\n/bin/ls\n2\n"),
    ("printenv HOME; printenv nosuch; echo $?", "/root\n1\n"),
    ("stty size 2>&1; echo $?", "stty: standard input: Not a tty\n1\n"),
    ("vi /f 2>&1", "vi: not available in this terminal\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
