"""The published schemas from JSON Schemas of a few lines."""

from __future__ import annotations

from tools import make_openapi


def test_nulls_and_narrowed_versions_go() -> None:
    given = {
        "properties": {
            "apiVersion": {"description": "words", "type": ["string", "null"], "enum": ["v1"]},
            "args": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
            "spec": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec", "description": "more"},
            "plain": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec"},
        }
    }
    reference = {"$ref": "#/components/schemas/io.k8s.api.core.v1.PodSpec"}
    assert make_openapi.published(given) == {
        "type": "object",
        "properties": {
            "apiVersion": {"description": "words", "type": "string"},
            "args": {"type": "array", "items": {"type": "string"}},
            "spec": {"allOf": [reference], "description": "more"},
            "plain": reference,
        },
    }


def test_fields_that_are_called_like_keywords_stay_fields() -> None:
    given = {
        "properties": {
            "$ref": {"type": ["string", "null"]},
            "items": {"type": "object"},
            "properties": {"type": "object"},
        }
    }
    assert set(make_openapi.published(given)["properties"]) == {"$ref", "items", "properties"}
