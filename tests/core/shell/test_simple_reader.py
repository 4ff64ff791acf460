"""Assignments, here-documents."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("a=1 b=2; echo $a$b", "12\n"),
    ('cat <<A; cat <<"B"\n$((1+1))\nA\n$x\nB', "2\n$x\n"),
    ('x=(1 2 3); echo ${x[1]} ${#x[@]} "${x[@]}"', "2 3 1 2 3\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script, "debian", "bash") == expected
