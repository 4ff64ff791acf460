"""The table of types from an OpenAPI document of a few lines."""

from __future__ import annotations

from typing import Any

from tools import make_api_types

META = "io.k8s.apimachinery.pkg.apis.meta.v1"
PORT = {"properties": {"port": {"format": "int32", "type": "integer"}}, "type": "object"}
DEFINITIONS: dict[str, Any] = {
    "io.k8s.api.core.v1.Pod": {
        "properties": {
            "spec": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec"},
            "at": {"$ref": f"#/$defs/{META}.Time"},
            "labels": {"additionalProperties": {"type": ["string", "null"]}, "type": ["object", "null"]},
            "data": {"additionalProperties": {"type": "string", "format": "byte"}, "type": "object"},
            "free": {"type": ["object", "null"]},
            "flag": {"type": ["boolean", "null"]},
        },
        "required": ["spec"],
    },
    "io.k8s.api.core.v1.PodSpec": {
        "properties": {
            "volumes": {
                "type": ["array", "null"],
                "items": {"$ref": "#/$defs/io.k8s.api.core.v1.EndpointPort"},
                "x-kubernetes-patch-merge-key": "name",
                "x-kubernetes-patch-strategy": "merge,retainKeys",
            },
            "finalizers": {
                "type": ["array", "null"],
                "items": {"type": "string"},
                "x-kubernetes-patch-strategy": "merge",
            },
        }
    },
    "io.k8s.api.core.v1.EndpointPort": PORT,
    "io.k8s.api.discovery.v1.EndpointPort": PORT,
    f"{META}.Time": {"type": "string", "format": "date-time"},
}


def test_fields_are_described_in_a_word() -> None:
    assert make_api_types.fields(DEFINITIONS["io.k8s.api.core.v1.Pod"]) == {
        "at": "time",
        "data": "{}bytes",
        "flag": "bool",
        "free": "any",
        "labels": "{}string",
        "spec": "@PodSpec",
        "!": ["spec"],
    }


def test_how_lists_merge() -> None:
    assert make_api_types.fields(DEFINITIONS["io.k8s.api.core.v1.PodSpec"]) == {
        "volumes": "[]@EndpointPort name=",
        "finalizers": "[]string +",
    }


def test_two_groups_have_an_endpoint_port() -> None:
    make_api_types.name_structs([name for name in DEFINITIONS if name.endswith("Port")])
    assert make_api_types.short("io.k8s.api.core.v1.EndpointPort") == "EndpointPort"
    assert make_api_types.short("io.k8s.api.discovery.v1.EndpointPort") == "discovery.EndpointPort"


def test_references_are_followed_into_the_depth() -> None:
    assert make_api_types.references(DEFINITIONS["io.k8s.api.core.v1.PodSpec"]) == ["io.k8s.api.core.v1.EndpointPort"]
