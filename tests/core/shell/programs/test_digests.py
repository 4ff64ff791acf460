"""Digests, base64, diff."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("printf abc | md5sum", "900150983cd24fb0d6963f7d28e17f72  -\n"),
    ("printf hello | base64; printf aGVsbG8= | base64 -d", "aGVsbG8=\nhello"),
    ("echo a > /a; echo b > /b; cmp /a /b; diff -q /a /b", "/a /b differ: char 1, line 1\nFiles /a and /b differ\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
