"""Shapes of custom resources."""

from __future__ import annotations

from typing import Any

from cluster_core.api.custom_shape import custom_shape
from cluster_core.api.merge_shape import ANY, shape_of

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "count": {"type": "integer"},
                "share": {"type": "number"},
                "on": {"type": "boolean"},
                "port": {"x-kubernetes-int-or-string": True},
                "list": {"type": "array", "items": {"type": "string"}},
                "set": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
                "ports": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["port", "protocol"],
                    "items": {
                        "type": "object",
                        "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}},
                    },
                },
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "whole": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {"type": "string"}}},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "half": {
                    "type": "object",
                    "x-kubernetes-preserve-unknown-fields": True,
                    "properties": {"a": {"type": "string"}},
                },
                "template": {
                    "type": "object",
                    "x-kubernetes-embedded-resource": True,
                    "x-kubernetes-preserve-unknown-fields": True,
                },
            },
        }
    },
}
SHAPE = custom_shape(SCHEMA)
SPEC = SHAPE.fields["spec"].fields


def test_scalars() -> None:
    assert [SPEC[name].scalar for name in ("text", "count", "share", "on", "port")] == [
        "string",
        "numeric",
        "numeric",
        "boolean",
        "untyped",
    ]


def test_lists_are_atomic_unless_they_say_otherwise() -> None:
    assert [SPEC[name].form([]) for name in ("list", "set", "ports")] == ["leaf", "list", "list"]
    assert dict(SPEC["ports"].keys) == {"port": None, "protocol": "TCP"}


def test_maps_and_structs() -> None:
    assert SPEC["labels"].of("x").scalar == "string" and SPEC["labels"].form({}) == "map"
    assert SPEC["whole"].form({}) == "leaf" and SPEC["whole"].fields["a"].scalar == "string"
    assert SHAPE.item is None and SHAPE.fields["spec"].item is None


def test_what_is_preserved_goes_by_its_values() -> None:
    assert SPEC["free"] is ANY
    assert (SPEC["half"].of("a").scalar, SPEC["half"].of("b")) == ("string", ANY)
    assert SPEC["template"].fields["metadata"] is shape_of("ObjectMeta") and SPEC["template"].of("spec") is ANY


def test_metadata_is_that_of_every_object() -> None:
    assert SHAPE.fields["metadata"] is shape_of("ObjectMeta") and not SHAPE.zeros


def test_one_shape_for_one_schema() -> None:
    assert custom_shape(SCHEMA) is SHAPE and custom_shape({**SCHEMA}) is not SHAPE
