"""ls, stat, du, df, mount."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("mkdir /a; cd /a; touch b .h; ls; ls -A", "b\n.h\nb\n"),
    ("ls -ld /etc | cut -c1-10", "drwxr-xr-x\n"),
    ("mount | head -1", "overlay on / type overlay (rw,relatime)\n"),
    ("ls nosuch 2>&1", "ls: nosuch: No such file or directory\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
