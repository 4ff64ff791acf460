"""xargs, watch."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo 1 2 3 | xargs -n 2 echo got", "got 1 2\ngot 3\n"),
    ("printf 'a b\\n' | xargs -I{} echo [{}]", "[a b]\n"),
    ("timeout 5 watch -n 2 echo tick | grep -c tick$", "6\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
