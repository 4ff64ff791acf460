"""The table of merges from a schema of a few lines."""

from __future__ import annotations

from typing import Any

from tools.make_merge_types import row_of

POD = "io.k8s.api.core.v1.Pod"
SPEC: dict[str, Any] = {
    "properties": {
        "args": {"type": "array", "x-kubernetes-list-type": "atomic"},
        "finalizers": {"type": "array", "x-kubernetes-list-type": "set"},
        "ports": {
            "type": "array",
            "items": {"$ref": "#/$defs/x.Port"},
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["port", "protocol"],
        },
        "selector": {"type": "object", "x-kubernetes-map-type": "atomic"},
        "resources": {"$ref": "#/$defs/x.Resources"},
        "pointer": {"$ref": "#/$defs/x.Resources"},
    },
    "required": ["ports"],
}
TYPED: dict[str, Any] = {
    POD: {
        "map": {
            "fields": [
                {"name": "resources", "type": {"namedType": "x.Resources"}, "default": {}},
                {"name": "pointer", "type": {"namedType": "x.Resources"}},
            ]
        }
    },
    "x.Port": {"map": {"fields": [{"name": "port", "default": 0}, {"name": "protocol", "default": "TCP"}]}},
    "x.Resources": {"map": {"fields": []}},
}


def test_only_what_is_not_the_rule_is_said() -> None:
    assert row_of(POD, SPEC, TYPED) == {
        "finalizers": {"merge": "set"},
        "ports": {"merge": "map", "keys": {"port": 0, "protocol": "TCP"}, "zero": None},
        "resources": {"zero": {}},
        "selector": {"merge": "atomic"},
    }


def test_types_that_client_go_does_not_know() -> None:
    schema = {
        "x-kubernetes-map-type": "atomic",
        "properties": {
            "metadata": {"$ref": "#/$defs/m"},
            "names": {"$ref": "#/$defs/n"},
            "more": {"$ref": "#/$defs/n"},
        },
        "required": ["names"],
    }
    assert row_of("x.Definition", schema, {}) == {
        "": {"merge": "atomic"},
        "metadata": {"zero": {}},
        "names": {"zero": {}},
    }
