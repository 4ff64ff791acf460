"""ip and its kin."""

from __future__ import annotations

import pytest

from tests.core.shell.container import run
from tests.core.shell.programs.internet import Internet

ROWS = [
    ("busybox", "ip route | head -1", "default via 10.244.1.1 dev eth0\n"),
    ("busybox", "ip addr | grep -c 10.244.1.2/24", "1\n"),
    ("busybox", "hostname -i; httpd -f -p 8080 & sleep 1; netstat -tln | grep -c 8080", "10.244.1.2\n1\n"),
]


@pytest.mark.parametrize(("flavour", "script", "printed"), ROWS)
def test_scripts(flavour: str, script: str, printed: str) -> None:
    ran = run("{ " + script + "; } 2>&1", flavour, outside=Internet())
    assert ran.out == printed
