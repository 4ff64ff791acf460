"""basename, dirname, realpath, readlink, mktemp."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("basename /a/b.c .c; dirname /a/b", "b\n/a\n"),
    ("ln -s /etc /e; realpath /e/passwd; readlink /e", "/etc/passwd\n/etc\n"),
    ("f=$(mktemp); [ -f $f ] && echo ${#f}", "15\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
