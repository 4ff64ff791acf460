"""List types in schemas."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.list_definition import validate_list_type

TEXT = {"type": "string"}
ITEM: dict[str, Any] = {"type": "object", "properties": {"k": TEXT}, "required": ["k"]}


def texts(**schema: Any) -> list[str]:
    given = {
        name.replace("list_type", "x-kubernetes-list-type").replace("keys", "x-kubernetes-list-map-keys"): value
        for name, value in schema.items()
    }
    return [cause.text() for cause in validate_list_type({"type": "array", **given}, "s")]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"list_type": "odd", "items": TEXT},
            's.x-kubernetes-list-type: Unsupported value: "odd": supported values: "atomic", "set", "map"',
        ),
        (
            {"list_type": "set", "type": "object"},
            's.type: Invalid value: "object": must be array if x-kubernetes-list-type is specified',
        ),
        (
            {"keys": ["k"], "items": ITEM},
            "s.x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty",
        ),
        (
            {"list_type": "map", "items": ITEM},
            "s.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
        ),
        (
            {"list_type": "map", "keys": ["x"], "items": ITEM},
            's.x-kubernetes-list-map-keys: Invalid value: ["x"]: entries must all be names of item properties',
        ),
        (
            {"list_type": "map", "keys": ["k", "k"], "items": ITEM},
            's.x-kubernetes-list-map-keys: Invalid value: ["k","k"]: must not contain duplicate entries',
        ),
        (
            {"list_type": "map", "keys": ["k"], "items": TEXT},
            's.items.type: Invalid value: "string": must be object if parent array\'s x-kubernetes-list-type is map',
        ),
        (
            {"list_type": "map", "keys": ["k"], "items": {**ITEM, "required": []}},
            "s.items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
        ),
        (
            {"list_type": "set", "items": {**TEXT, "nullable": True}},
            "s.items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set",
        ),
        (
            {"list_type": "set", "items": ITEM},
            "s.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
        ),
    ],
)
def test_wrong_ones(schema: Any, words: str) -> None:
    assert words in texts(**schema)


def test_right_ones() -> None:
    assert texts(items=TEXT) == []
    assert texts(list_type="set", items=TEXT) == []
    assert texts(list_type="map", keys=["k"], items=ITEM) == []
