"""The limits of JSON from strangers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rest_framework.exceptions import ParseError

from explorer.rest.json import DEPTH_MAX, LimitedJSONParser


def parsed(text: bytes) -> Any:
    return LimitedJSONParser().parse(io.BytesIO(text))


@pytest.mark.parametrize("value", [{}, {"a": [1, None, True, "é漢🙂"]}, [], {"a": {"b": {"c": []}}}])
def test_json_is_read(value: Any) -> None:
    assert parsed(json.dumps(value).encode()) == value


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def test_depth_is_limited() -> None:
    parsed(nested(DEPTH_MAX))
    for levels in (DEPTH_MAX + 1, 900, 200_000):
        with pytest.raises(ParseError, match=f"deeper than {DEPTH_MAX}"):
            parsed(nested(levels))


@pytest.mark.parametrize(
    "text", [b'"\\ud800"', b'{"\\udfff": 1}', b'[["\\ud83d"]]', b"NaN", b"[Infinity]", b"{", b"\xff", b"9" * 9_999]
)
def test_what_is_no_json_or_no_text(text: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(text)


def test_whole_surrogate_pairs_are_text() -> None:
    assert parsed(b'"\\ud83d\\ude42"') == "🙂"
