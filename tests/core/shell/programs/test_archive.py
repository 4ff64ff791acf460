"""tar, as kubectl cp uses it."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("mkdir /a; echo x > /a/f; cd /a; tar cf - . | (mkdir /b; cd /b; tar xf -; cat f)", "x\n"),
    ("tar cf - -C /etc passwd | tar tf -", "passwd\n"),
    ("echo junk | tar xf - 2>/dev/null; echo $?", "2\n"),
    ("cd /etc; tar czf /t.tgz passwd; tar tzf /t.tgz", "passwd\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
