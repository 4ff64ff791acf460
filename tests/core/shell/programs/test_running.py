"""sleep, timeout, env, nohup."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("timeout 2 sleep 9; echo $?", "143\n"),
    ("env -i A=1 env", "A=1\n"),
    ("sleep bad; echo $?", "1\n"),
    ("time true; nohup echo x", "x\n"),
    ("date +%s > /a; sleep 90; echo $(( $(date +%s) - $(cat /a) ))", "90\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
