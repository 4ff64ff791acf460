"""wget."""

from __future__ import annotations

import pytest

from tests.core.shell.container import run
from tests.core.shell.programs.internet import Internet

ROWS = [
    ("busybox", "wget -qO- http://web", "hello\n"),
    (
        "busybox",
        "wget -q -O- http://web:81; echo $?",
        "wget: can't connect to remote host (10.0.0.1): Connection refused\n1\n",
    ),
    ("busybox", "wget -qO- http://nobody", "wget: bad address 'nobody'\n"),
    ("busybox", "wget -T 2 -qO- http://web:9", "wget: download timed out\n"),
    ("busybox", "wget -qO- http://web:404; echo $?", "wget: server returned error: HTTP/1.1 404 Not Found\n1\n"),
    ("busybox", "cd /tmp; wget -q http://web; cat index.html", "hello\n"),
]


@pytest.mark.parametrize(("flavour", "script", "printed"), ROWS)
def test_scripts(flavour: str, script: str, printed: str) -> None:
    ran = run("{ " + script + "; } 2>&1", flavour, outside=Internet())
    assert ran.out == printed
