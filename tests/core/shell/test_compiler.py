"""Control structures."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"),
    ("for i in; do echo x; done; echo $?", "0\n"),
    ("case a in b) ;; a) echo hit;& c) echo fall;; esac", "hit\nfall\n"),
    ("for ((i=0;i<3;i++)); do echo $i; done", "0\n1\n2\n"),
    ("! true; echo $?", "1\n"),
    ("false && echo no || echo yes", "yes\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
