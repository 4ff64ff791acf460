"""Pipelines, subshells, substitutions, background."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("seq 5 | tail -1; (cd /etc; pwd); pwd", "5\n/etc\n/\n"),
    ("echo $(echo a; echo b)", "a b\n"),
    ("set -o pipefail; false | true; echo $?", "1\n"),
    ("yes | head -1", "y\n"),
    ("x=$(exit 4); echo $?", "4\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected
