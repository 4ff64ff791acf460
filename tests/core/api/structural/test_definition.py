"""Schemas that a definition may not have."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.definition import Place, validate_root, validate_schema

TEXT = {"type": "string"}


def texts(schema: Any) -> list[str]:
    return [cause.text() for cause in validate_schema(schema, Place("s", root=True))]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "nonsense"},
            's.type: Unsupported value: "nonsense": supported values: "array", "boolean", "integer", "number", "object", "string"',
        ),
        (
            {"type": "object", "properties": {"a": TEXT}, "additionalProperties": TEXT},
            "s.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            {"type": "array", "uniqueItems": True},
            "s.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
        ({"$ref": "#/x"}, "s.$ref: Forbidden: $ref is not supported"),
        ({"items": [TEXT]}, "s.items: Forbidden: items must be a schema object and not an array"),
        (
            {"properties": {"metadata": {"type": "object", "default": {}}}},
            "s.properties[metadata].default: Forbidden: must not be set in top-level metadata",
        ),
        (
            {"x-kubernetes-preserve-unknown-fields": False},
            "s.x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined",
        ),
        (
            {"type": "object", "x-kubernetes-map-type": "odd"},
            's.x-kubernetes-map-type: Unsupported value: "odd": supported values: "atomic", "granular"',
        ),
        (
            {"x-kubernetes-map-type": "atomic"},
            "s.type: Required value: must be object if x-kubernetes-map-type is specified",
        ),
    ],
)
def test_schemas(schema: Any, words: str) -> None:
    assert words in texts(schema)


def ruled(**rule: Any) -> list[str]:
    return texts({"type": "object", "properties": {"a": TEXT}, "x-kubernetes-validations": [rule]})


def test_rules() -> None:
    at = "s.x-kubernetes-validations[0]"
    assert ruled(rule="self.a == 'x'") == []
    assert ruled(rule=" ") == [f"{at}.rule: Required value: rule is not specified"]
    assert ruled(rule="true", message=" ") == [f'{at}.message: Invalid value: " ": must be non-empty if specified']
    assert ruled(rule="true\n||true") == [
        f"{at}.message: Required value: message must be specified if rule contains line breaks"
    ]
    assert ruled(rule="true", fieldPath=".b") == [f'{at}.fieldPath: Invalid value: ".b": must be a valid path']
    assert ruled(rule="true", reason="Odd")[0].startswith(f'{at}.reason: Unsupported value: "Odd"')
    assert ruled(rule="self.b")[0].startswith(
        f'{at}.rule: Invalid value: {{"rule":"self.b"}}: compilation failed: ERROR: <input>:1:5: undefined field \'b\''
    )
    assert ruled(rule="self.a")[0].endswith("cel expression must evaluate to a bool")
    assert ruled(rule="true", messageExpression="1")[0].endswith("messageExpression must evaluate to a string")
    assert ruled(rule="true", messageExpression="x")[0].partition("Invalid value")[0] == f"{at}.messageExpression: "
    assert ruled(rule="true", optionalOldSelf=True) == [
        f"{at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule"
    ]
    assert ruled(rule="isOdd(self.a)")[0].endswith("(in container '')\n | isOdd(self.a)\n | .....^")


def test_old_values_of_items_cannot_be_found() -> None:
    item = {"type": "object", "properties": {"a": TEXT}, "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}
    words = "oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[l]"
    listed = {"type": "array", "items": item}
    assert texts({"type": "object", "properties": {"l": listed}})[0].endswith(words)
    keyed = {
        **listed,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["a"],
        "items": {**item, "required": ["a"]},
    }
    assert texts({"type": "object", "properties": {"l": keyed}}) == []


def test_the_root_with_a_status() -> None:
    assert [cause.text() for cause in validate_root({"type": "array"}, "s", True)] == [
        's.type: Invalid value: "array": only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
    ]
    assert "fields are allowed at the root" in validate_root({"type": "object", "oneOf": []}, "s", True)[0].text()
    assert validate_root({"type": "object", "oneOf": []}, "s", False) == []
    assert (
        validate_root({"nullable": True}, "s", False)[0].text()
        == "s.nullable: Forbidden: nullable cannot be true at the root"
    )
