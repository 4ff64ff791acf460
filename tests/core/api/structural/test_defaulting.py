"""Defaulting."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.defaulting import defaulted, has_defaults, schema_of, without_nulls

A: dict[str, Any] = {"type": "string", "default": "x"}


@pytest.mark.parametrize(
    ("schema", "given", "filled"),
    [
        ({"properties": {"a": A}}, {}, {"a": "x"}),
        ({"properties": {"a": A}}, {"a": "y"}, {"a": "y"}),
        ({"properties": {"a": A}}, {"a": None}, {"a": "x"}),
        ({"properties": {"a": {**A, "nullable": True}}}, {"a": None}, {"a": None}),
        ({"properties": {"s": {"properties": {"a": A}}}}, {}, {}),
        ({"properties": {"s": {"default": {}, "properties": {"a": A}}}}, {}, {"s": {"a": "x"}}),
        (
            {"properties": {"l": {"items": {"properties": {"a": A}}}}},
            {"l": [{}, {"a": "b"}]},
            {"l": [{"a": "x"}, {"a": "b"}]},
        ),
        ({"properties": {"l": {"items": A}}}, {"l": [None, "b"]}, {"l": ["x", "b"]}),
        (
            {"properties": {"m": {"additionalProperties": {"properties": {"a": A}}}}},
            {"m": {"k": {}}},
            {"m": {"k": {"a": "x"}}},
        ),
        ({"properties": {"m": {"additionalProperties": A}}}, {"m": {"k": None}}, {"m": {"k": "x"}}),
    ],
)
def test_defaults(schema: Any, given: Any, filled: Any) -> None:
    assert defaulted(given, schema) == filled
    assert defaulted(filled, schema) == filled


def test_nulls_without_defaults_go() -> None:
    schema = {
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "string", "nullable": True},
            "c": A,
            "l": {"items": {"properties": {"a": {}}}},
        }
    }
    given = {"a": None, "b": None, "c": None, "d": None, "l": [{"a": None}]}
    assert without_nulls(given, schema) == {"b": None, "c": None, "d": None, "l": [{}]}


def test_what_did_not_change_is_shared() -> None:
    obj = {"a": "y", "s": {"t": 1}}
    assert defaulted(obj, {"properties": {"a": A}}) is obj
    assert without_nulls(obj, {}) is obj


def test_where_defaults_are() -> None:
    assert has_defaults({"items": {"additionalProperties": A}})
    assert not has_defaults({"properties": {"a": {"type": "string"}}, "anyOf": [A]})
    assert schema_of("a", {"additionalProperties": A}) == A
    assert schema_of("a", {"additionalProperties": True}) is None
