"""echo and printf."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("printf '%s=%d;' a 1 b 2", "a=1;b=2;"),
    ("printf '%5.1f|%-4s|%04d' 2.25 ab 7", "  2.2|ab  |0007"),
    ("echo -e 'a\\tb\\c'; echo -n x", "a\tbx"),
    ("printf '%x %o %c' 255 8 xyz", "ff 10 x"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
