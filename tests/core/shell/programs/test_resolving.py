"""nslookup, dig, host, getent."""

from __future__ import annotations

import pytest

from tests.core.shell.container import run
from tests.core.shell.programs.internet import Internet

ROWS = [
    (
        "busybox",
        "nslookup web",
        "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.0.0.1\n\n",
    ),
    ("busybox", "nslookup nobody >/dev/null; echo $?", "1\n"),
    ("alpine", "getent hosts db; getent hosts nobody; echo $?", "10.0.0.2        db.default.svc.cluster.local\n2\n"),
]


@pytest.mark.parametrize(("flavour", "script", "printed"), ROWS)
def test_scripts(flavour: str, script: str, printed: str) -> None:
    ran = run("{ " + script + "; } 2>&1", flavour, outside=Internet())
    assert ran.out == printed
