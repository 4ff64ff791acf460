"""Structural schemas, and upstream's words for others."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.structure import validate_structure

OBJECT: dict[str, Any] = {"type": "object"}
INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]


def texts(**schema: Any) -> list[str]:
    return [cause.text() for cause in validate_structure({**OBJECT, **schema}, "s")]


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"a": {}}, "s.properties[a].type: Required value: must not be empty for specified object fields"),
        ({"a": {"type": "array"}}, "s.properties[a].items: Required value: must be specified"),
        (
            {"a": {"type": "array", "items": {}}},
            "s.properties[a].items.type: Required value: must not be empty for specified array items",
        ),
        (
            {"a": {"type": "string", "pattern": "("}},
            's.properties[a].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
        ),
        (
            {"a": {"type": "string", "anyOf": [{"type": "string"}]}},
            "s.properties[a].anyOf[0].type: Forbidden: must be empty to be structural",
        ),
        (
            {"a": {"type": "string", "not": {"default": None}}},
            "s.properties[a].not.default: Forbidden: must be undefined to be structural",
        ),
        (
            {"a": {"type": "object", "x-kubernetes-embedded-resource": True}},
            "s.properties[a].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
        ),
        (
            {"a": {"x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}},
            "s.properties[a].type: Required value: must be object if x-kubernetes-embedded-resource is true",
        ),
        (
            {"a": {"x-kubernetes-int-or-string": True, "x-kubernetes-preserve-unknown-fields": True}},
            "s.properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true",
        ),
        (
            {"metadata": {"type": "object", "properties": {"labels": OBJECT}}},
            "s.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
        ),
        ({"kind": {"type": "integer"}}, 's.properties[kind].type: Invalid value: "integer": must be string'),
    ],
)
def test_fields(properties: Any, words: str) -> None:
    assert words in texts(properties=properties)


def test_the_root() -> None:
    assert [cause.text() for cause in validate_structure({}, "s")] == [
        "s.type: Required value: must not be empty at the root"
    ]
    assert texts(type="string") == ['s.type: Invalid value: "string": must be object at the root']
    assert texts(additionalProperties={"type": "string"}) == [
        "s.additionalProperties: Forbidden: must not be used at the root"
    ]


def test_value_validations_need_their_fields() -> None:
    found = texts(anyOf=[{"properties": {"a": {"minimum": 1}}}], oneOf=[{"properties": {"metadata": {}}}])
    assert "s.properties[a]: Required value: because it is defined in s.anyOf[0].properties[a]" in found
    assert "s.oneOf[0].properties[metadata]: Forbidden: must not be specified in a nested context" in found


@pytest.mark.parametrize(
    "schema",
    [
        {"x-kubernetes-int-or-string": True, "anyOf": INT_OR_STRING},
        {"x-kubernetes-int-or-string": True, "allOf": [{"anyOf": INT_OR_STRING}, {"pattern": "a"}]},
        {"x-kubernetes-int-or-string": True},
        {"x-kubernetes-preserve-unknown-fields": True},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {
            "type": "object",
            "properties": {"a": {"type": "string"}},
            "oneOf": [{"required": ["a"]}, {"properties": {"a": {"pattern": "x"}}}],
        },
    ],
)
def test_structural_ones(schema: Any) -> None:
    names = {"type": "object", "properties": {"name": {"type": "string", "pattern": "^a"}}}
    assert texts(properties={"spec": schema, "metadata": names}) == []
