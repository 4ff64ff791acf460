"""awk: values."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ('awk \'BEGIN {print 1/4, 7%3, 2^3, "a" "b", 1==1.0, "10"<"9"}\'', "0.25 1 8 ab 1 1\n"),
    ('awk \'BEGIN {print substr("hello",2,3), index("abc","c"), length("xy"), toupper("a")}\'', "ell 3 2 A\n"),
    ("echo 'a-b' | awk '{n=split($0,p,\"-\"); print n, p[2]; gsub(/a/,\"<&>\"); print}'", "2 b\n<a>-b\n"),
    ('awk \'BEGIN {printf "%d %s %.2f\\n", 3.9, "x", 1/3}\'', "3 x 0.33\n"),
    ('echo 9 | awk \'{print ($1 < 10) ? "less" : "more"}\'', "less\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
