"""cut, tr, sort, uniq."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo a:b:c | cut -d : -f 1,3", "a:c\n"),
    ("echo hello | tr a-y b-z", "ifmmp\n"),
    ("printf 'b 2\\na 10\\n' | sort -k2 -n", "b 2\na 10\n"),
    ("printf 'a\\na\\nb\\n' | uniq -c", "      2 a\n      1 b\n"),
    ("printf '1K\\n2M\\n3\\n' | sort -rh", "2M\n1K\n3\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
