"""export, unset, set, shift, local, readonly."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("export A=1; env | grep ^A=", "A=1\n"),
    ("A=1; unset A; echo ${A-gone}", "gone\n"),
    ("set -- 1 2 3; shift 2; echo $#$1", "13\n"),
    ("x=o; f() { local x=i; echo $x; }; f; echo $x", "i\no\n"),
    ("readonly r=1; r=2; echo never", ""),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
