"""nc, ping."""

from __future__ import annotations

import pytest

from tests.core.shell.container import run
from tests.core.shell.programs.internet import Internet

ROWS = [
    ("busybox", "nc -z web 80; echo $?; nc -z web 81; echo $?", "0\n1\n"),
    ("busybox", "nc -zv web 80", "web (10.0.0.1:80) open\n"),
    ("busybox", "ping -c 2 web | tail -2 | head -1", "2 packets transmitted, 2 packets received, 0% packet loss\n"),
    ("busybox", "echo PING | nc web 6379", "+PONG\r\n"),
    ("busybox", "nc -z -w 2 web 9; echo $?", "1\n"),
]


@pytest.mark.parametrize(("flavour", "script", "printed"), ROWS)
def test_scripts(flavour: str, script: str, printed: str) -> None:
    ran = run("{ " + script + "; } 2>&1", flavour, outside=Internet())
    assert ran.out == printed
