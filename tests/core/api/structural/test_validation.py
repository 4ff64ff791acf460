"""Values against schemas, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.correlation import Old
from cluster_core.api.structural.validation import validate_value


def texts(value: Any, schema: Any, old: Any = None) -> list[str]:
    return [
        cause.text()
        for cause in validate_value(
            {"a": value}, {"type": "object", "properties": {"a": schema}}, "", Old(old) if old else None
        )
    ]


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"type": "integer"}, "x", 'a: Invalid value: "string": a in body must be of type integer: "string"'),
        ({"type": "string"}, None, 'a: Invalid value: "null": a in body must be of type string: "null"'),
        ({"type": "boolean"}, 1, 'a: Invalid value: "integer": a in body must be of type boolean: "integer"'),
        ({"type": "integer"}, 1.5, 'a: Invalid value: "number": a in body must be of type integer: "number"'),
        ({"type": "integer", "maximum": 10}, 11, "a: Invalid value: 11: a in body should be less than or equal to 10"),
        (
            {"type": "integer", "maximum": 10, "exclusiveMaximum": True},
            10,
            "a: Invalid value: 10: a in body should be less than 10",
        ),
        (
            {"type": "number", "minimum": 0.5},
            0.25,
            "a: Invalid value: 0.25: a in body should be greater than or equal to 0.5",
        ),
        (
            {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
            1,
            "a: Invalid value: 1: a in body should be greater than 1",
        ),
        ({"type": "integer", "multipleOf": 5}, 7, "a: Invalid value: 7: a in body should be a multiple of 5"),
        (
            {"type": "integer", "format": "int32"},
            2**31,
            '<nil>: Invalid value: "": Checked value must be of type integer with format int32 in a',
        ),
        ({"type": "string", "maxLength": 2}, "abc", "a: Too long: may not be more than 2 bytes"),
        ({"type": "string", "minLength": 2}, "a", 'a: Invalid value: "a": a in body should be at least 2 chars long'),
        ({"type": "string", "pattern": "^b"}, "a", "a: Invalid value: \"a\": a in body should match '^b'"),
        ({"type": "string", "format": "date"}, "x", 'a: Invalid value: "x": a in body must be of type date: "x"'),
        ({"type": "string", "enum": ["a", "b"]}, "c", 'a: Unsupported value: "c": supported values: "a", "b"'),
        ({"type": "integer", "enum": [1, 2]}, 3, 'a: Unsupported value: 3: supported values: "1", "2"'),
        (
            {"type": "array", "maxItems": 1, "items": {"type": "string"}},
            ["a", "b"],
            "a: Too many: 2: must have at most 1 item",
        ),
        ({"type": "array", "minItems": 1}, [], "a: Invalid value: 0: a in body should have at least 1 items"),
        (
            {"type": "array", "items": {"type": "string"}},
            ["a", 1],
            'a[1]: Invalid value: "integer": a[1] in body must be of type string: "integer"',
        ),
        ({"type": "object", "required": ["b"]}, {}, "a.b: Required value"),
        (
            {"type": "object", "minProperties": 1},
            {},
            "a: Invalid value: 0: a in body should have at least 1 properties",
        ),
        ({"type": "object", "maxProperties": 0}, {"b": 1}, "a: Too many: 1: must have at most 0 items"),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"b": 1},
            'a.b: Invalid value: "integer": a.b in body must be of type string: "integer"',
        ),
        (
            {"type": "object", "additionalProperties": False},
            {"b": 1},
            'a: Invalid value: "b": a.b in body is a forbidden property',
        ),
        (
            {"type": "string", "not": {"enum": ["x"]}},
            "x",
            '<nil>: Invalid value: "": "a" must not validate the schema (not)',
        ),
        (
            {"type": "integer", "anyOf": [{"minimum": 5}, {"maximum": 1}]},
            3,
            '<nil>: Invalid value: "": "a" must validate at least one schema (anyOf)',
        ),
        (
            {"type": "integer", "oneOf": [{"minimum": 1}, {"maximum": 5}]},
            3,
            '<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives',
        ),
        (
            {"type": "integer", "allOf": [{"minimum": 5}, {"maximum": 9}]},
            3,
            '<nil>: Invalid value: "": "a" must validate all the schemas (allOf)',
        ),
        (
            {"x-kubernetes-int-or-string": True},
            [],
            'a: Invalid value: "array": a in body must be of type integer,string: "array"',
        ),
    ],
)
def test_refused(schema: Any, value: Any, words: str) -> None:
    assert words in texts(value, schema)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 2.0),
        ({"type": "number"}, 2),
        ({"type": "string", "nullable": True}, None),
        ({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}, "5%"),
        ({"type": "string", "format": "nonsense"}, "x"),
        ({"type": "integer", "multipleOf": 5}, 10),
        ({"type": "number", "multipleOf": 0.1}, 0.3),
        ({}, {"anything": [1]}),
        ({"type": "object", "additionalProperties": True}, {"b": 1}),
        ({"type": "integer", "oneOf": [{"minimum": 5}, {"maximum": 1}]}, 7),
    ],
)
def test_accepted(schema: Any, value: Any) -> None:
    assert texts(value, schema) == []


def test_an_update_is_ratcheted() -> None:
    schema = {
        "type": "object",
        "properties": {"x": {"type": "integer", "maximum": 1}, "y": {"type": "integer", "maximum": 1}},
    }
    old = {"a": {"x": 5, "y": 5}}
    assert texts({"x": 5, "y": 5}, schema, old) == []
    assert [text.partition(":")[0] for text in texts({"x": 5, "y": 6}, schema, old)] == ["a.y"]
    items = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": schema}
    before = {"a": [{"k": 1, "x": 5}]}
    assert texts([{"k": 2, "x": 0}, {"k": 1, "x": 5}], items, before) == []


def test_the_alternative_that_fits_best_is_told() -> None:
    one = {"properties": {"kind": {"enum": ["a"]}, "n": {"minimum": 5}}}
    two = {"properties": {"kind": {"enum": ["b"]}, "n": {"minimum": 7}}}
    found = texts({"kind": "a", "n": 1}, {"type": "object", "oneOf": [two, one]})
    assert "a.n: Invalid value: 1: a.n in body should be greater than or equal to 5" in found
