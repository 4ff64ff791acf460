"""mkdir, rm, cp, mv, touch, ln, chmod."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo x >/f; ln -s f /l; cp /l /c; cp -r /l /r; rm /f; cat /c; cat /r 2>/dev/null; echo $?", "x\n1\n"),
    ("echo x >/f; ln -s f /l; mv /l /m; rm /f; cat /m 2>/dev/null; echo $?", "1\n"),
    ("mkdir -p /a/b; touch /a/b/c; cp -r /a /z; ls /z/b; rm -r /a; ls /a 2>/dev/null; echo $?", "c\n1\n"),
    ("echo x > /f; mv /f /g; cat /g; ln -s /g /h; cat /h", "x\nx\n"),
    ("mkdir /a; rm /a 2>/dev/null; echo $?; rmdir /a; echo $?", "1\n0\n"),
    ("echo x > /f; chmod 600 /f; stat -c %a /f; chmod u+x /f; stat -c %A /f", "600\n-rwx------\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
