"""Words with parts that are expanded only when needed."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("echo ${x:-$(echo called)}; x=1; echo ${x:-$(echo called)}", "called\n1\n"),
    ("echo ${x=new} $x; echo ${y+set}; y=; echo ${y+set}${y:+no}", "new new\n\nset\n"),
    ('echo ~ ~/x "~"', "/root /root/x ~\n"),
    ("( : ${x?gone} ); echo $?", "2\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
