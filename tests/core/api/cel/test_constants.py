"""Constants that are wrong."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import placed, value


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("duration('x')", "1:10: invalid duration argument"),
        ("timestamp('x')", "1:11: invalid timestamp argument"),
        ("self.name.matches('(')", "1:19: invalid matches argument"),
        ("matches(self.name, '(')", "1:20: invalid matches argument"),
    ],
)
def test_refused(source: str, words: str) -> None:
    assert placed(source) == f"ERROR: <input>:{words}"


def test_right_ones_pass() -> None:
    assert value("duration('1s') < duration('2s')") is True
