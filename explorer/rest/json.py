"""JSON from strangers: nesting is limited, and text that cannot be written as UTF-8 is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEPTH_MAX = 64


class LimitedJSONParser(JSONParser):
    """DRF's parser, with limits."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Read one document."""
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(f"JSON is nested deeper than {DEPTH_MAX} levels") from error
        _check(data)
        return data


def _check(data: Any) -> None:
    level, depth = [data], 0
    while level:
        if depth >= DEPTH_MAX and any(isinstance(value, dict | list) for value in level):
            raise ParseError(f"JSON is nested deeper than {DEPTH_MAX} levels")
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value)
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            elif isinstance(value, str):
                _check_text(value)
        level, depth = inner, depth + 1


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ParseError("JSON contains half of a surrogate pair: write whole characters") from error
