"""read."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ('echo a b c | (read x y; echo "$y|$x")', "b c|a\n"),
    ("printf 'one' | (read x; echo $? $x)", "1 one\n"),
    ("printf 'a\\\\\\nb\\n' | (read x; echo $x)", "ab\n"),
    ("printf 'a:b:c\\n' | (IFS=: read x y; echo $x $y)", "a b:c\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
