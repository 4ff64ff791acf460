"""Names and times of programs on the network."""

from __future__ import annotations

import pytest

from tests.core.shell.container import run
from tests.core.shell.programs.internet import Internet

ROWS = [
    ("busybox", "date +%s > /a; nc -z web 9; echo $(( $(date +%s) - $(cat /a) ))", "127\n"),
    ("busybox", "echo '10.9.9.9 mine' >> /etc/hosts; nc -z mine 80 && echo known", "known\n"),
]


@pytest.mark.parametrize(("flavour", "script", "printed"), ROWS)
def test_scripts(flavour: str, script: str, printed: str) -> None:
    ran = run("{ " + script + "; } 2>&1", flavour, outside=Internet())
    assert ran.out == printed
