"""Defaults must be what their schema allows."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.default_definition import validate_defaults


def texts(schema: Any) -> list[str]:
    return [cause.text() for cause in validate_defaults({"type": "object", "properties": {"a": schema}}, "s")]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "integer", "default": "x"},
            's.properties[a].default: Invalid value: "string": s.properties[a].default in body must be of type integer: "string"',
        ),
        (
            {"type": "object", "default": {"b": 1}},
            's.properties[a].default: Invalid value: {"b":1}: must not have unknown fields',
        ),
        (
            {"type": "array", "items": {"type": "string", "maxLength": 1, "default": "xx"}},
            "s.properties[a].items.default: Too long: may not be more than 1 byte",
        ),
        (
            {"type": "integer", "default": 3, "x-kubernetes-validations": [{"rule": "self > 5", "message": "small"}]},
            "s.properties[a].default: Invalid value: 3: small",
        ),
    ],
)
def test_wrong_ones(schema: Any, words: str) -> None:
    assert texts(schema)[0] == words


def test_right_ones() -> None:
    assert texts({"type": "object", "default": {}, "properties": {"b": {"type": "integer", "default": 1}}}) == []
    assert texts({"x-kubernetes-int-or-string": True, "default": "5%"}) == []
