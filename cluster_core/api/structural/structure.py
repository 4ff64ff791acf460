"""Whether a schema is structural: every field has its type outside of value validations. In upstream's words.

Upstream: apiextensions-apiserver `pkg/apiserver/schema/{validation,complete}.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import pattern
from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.api.structural.path import child, key

INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
JUNCTORS = ("anyOf", "allOf", "oneOf")
EMBEDDED, PRESERVE = "x-kubernetes-embedded-resource", "x-kubernetes-preserve-unknown-fields"
FORBIDDEN = {
    "type": "must be empty to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    "externalDocs": "must be undefined to be structural",
    "additionalProperties": "must be undefined to be structural",
    PRESERVE: "must be false to be structural",
    EMBEDDED: "must be false to be structural",
    "x-kubernetes-int-or-string": "must be false to be structural",
    "x-kubernetes-list-map-keys": "must be empty to be structural",
    "x-kubernetes-list-type": "must be undefined to be structural",
    "x-kubernetes-map-type": "must be undefined to be structural",
    "x-kubernetes-validations": "must be empty to be structural",
}
NO_TYPE = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
METADATA_WORDS = "must not specify anything other than name and generateName, but metadata is implicitly specified"


def validate_structure(schema: Obj, path: str) -> list[Cause]:
    """What keeps a schema from being structural, in the order of the texts."""
    causes = _invariants(schema, "root", path) + _completeness(schema, schema, path, path)
    return sorted(causes, key=Cause.text)


def _invariants(schema: Obj, level: str, path: str) -> list[Cause]:
    causes: list[Cause] = []
    items, other = schema.get("items"), schema.get("additionalProperties")
    if schema.get("type") == "array" and items is None:
        causes.append(Cause(child(path, "items"), "Required", "must be specified"))
    if isinstance(items, dict):
        causes += _invariants(items, "item", child(path, "items"))
    for name, below in (schema.get("properties") or {}).items():
        causes += _invariants(below, "field", key(child(path, "properties"), name))
    if other is not None:
        if level == "root":
            causes.append(Cause(child(path, "additionalProperties"), "Forbidden", "must not be used at the root"))
        if isinstance(other, dict):
            causes += _invariants(other, "field", child(path, "additionalProperties"))
    causes += _extensions(schema, path)
    causes += _value_validation(schema, path, _is_int_or_string(schema.get("anyOf")), _starts_int_or_string(schema))
    return causes + _types(schema, level, path) + _embedded(schema, level, path)


def _is_int_or_string(found: Any) -> bool:
    return bool(found == INT_OR_STRING)


def _starts_int_or_string(schema: Obj) -> bool:
    first = (schema.get("allOf") or [{}])[0]
    return _is_int_or_string(first.get("anyOf"))


def _extensions(schema: Obj, path: str) -> list[Cause]:
    if not schema.get("x-kubernetes-int-or-string"):
        return []
    words = "must be false if x-kubernetes-int-or-string is true"
    return [Cause(child(path, name), "Invalid", words, True) for name in (PRESERVE, EMBEDDED) if schema.get(name)]


def _types(schema: Obj, level: str, path: str) -> list[Cause]:
    kind, place = schema.get("type") or "", child(path, "type")
    causes: list[Cause] = []
    if schema.get(EMBEDDED) and kind != "object":
        words = "must be object if x-kubernetes-embedded-resource is true"
        causes.append(Cause(place, "Invalid", words, kind) if kind else Cause(place, "Required", words))
    elif not kind and not schema.get("x-kubernetes-int-or-string") and not schema.get(PRESERVE):
        causes.append(Cause(place, "Required", NO_TYPE[level]))
    if level == "root" and kind and kind != "object":
        causes.append(Cause(place, "Invalid", "must be object at the root", kind))
    return causes


def _embedded(schema: Obj, level: str, path: str) -> list[Cause]:
    """Rules of objects: their apiVersion, kind and metadata."""
    causes: list[Cause] = []
    properties, inside = schema.get("properties") or {}, child(path, "properties")
    if schema.get(EMBEDDED) and schema.get("additionalProperties") is not None:
        words = "must not be used if x-kubernetes-embedded-resource is set"
        causes.append(Cause(child(path, "additionalProperties"), "Forbidden", words))
    if level == "root" or schema.get(EMBEDDED):
        for name, wanted in (("kind", "string"), ("apiVersion", "string"), ("metadata", "object")):
            found = properties.get(name)
            if found is not None and (found.get("type") or "") != wanted:
                causes.append(
                    Cause(f"{key(inside, name)}.type", "Invalid", f"must be {wanted}", found.get("type") or "")
                )
    if level == "root" and "metadata" in properties and not _only_names(properties["metadata"]):
        causes.append(Cause(key(inside, "metadata"), "Forbidden", METADATA_WORDS))
    if schema.get(EMBEDDED) and not schema.get(PRESERVE) and not properties:
        words = (
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        )
        causes.append(Cause(inside, "Required", words))
    return causes


def _only_names(metadata: Obj) -> bool:
    rest = {name: value for name, value in metadata.items() if name not in ("type", "default") and value}
    fields = set(rest.pop("properties", {}))
    return not rest and fields <= {"name", "generateName"}


def _value_validation(schema: Obj, path: str, skip_any: bool = False, skip_first: bool = False) -> list[Cause]:
    causes: list[Cause] = []
    for junctor in JUNCTORS:
        if junctor == "anyOf" and skip_any:
            continue
        for place, one in enumerate(schema.get(junctor) or ()):
            skip = junctor == "allOf" and skip_first and place == 0
            causes += _nested(one, key(child(path, junctor), place), skip)
    if schema.get("not") is not None:
        causes += _nested(schema["not"], child(path, "not"))
    if schema.get("pattern"):
        causes += _pattern(schema["pattern"], child(path, "pattern"))
    return causes


def _pattern(given: str, path: str) -> list[Cause]:
    try:
        pattern.compiled(given)
    except ValueError as error:
        return [Cause(path, "Invalid", f"must be a valid regular expression, but isn't: {error}", given)]
    return []


def _nested(schema: Obj, path: str, skip_any: bool = False) -> list[Cause]:
    """A value validation below a junctor: it only says what values may be, never what fields there are."""
    causes = _value_validation(schema, path, skip_any)
    if isinstance(schema.get("items"), dict):
        causes += _nested(schema["items"], child(path, "items"))
    inside = child(path, "properties")
    for name, below in (schema.get("properties") or {}).items():
        causes += _nested(below, key(inside, name))
    for name, words in FORBIDDEN.items():
        if schema.get(name) or (name == "default" and name in schema):
            causes.append(Cause(child(path, name), "Forbidden", words))
    if "metadata" in (schema.get("properties") or {}):
        causes.append(Cause(key(inside, "metadata"), "Forbidden", "must not be specified in a nested context"))
    return causes


def _completeness(value: Obj, schema: Obj | None, path: str, value_path: str) -> list[Cause]:
    """Every field that a value validation names is also a field of the schema."""
    nested = [
        (one, key(child(value_path, junctor), place))
        for junctor in JUNCTORS
        for place, one in enumerate(value.get(junctor) or ())
    ]
    if value.get("not") is not None:
        nested.append((value["not"], child(value_path, "not")))
    causes: list[Cause] = []
    for one, place in nested:
        causes += _nested_completeness(one, schema, path, place)
    return causes


def _nested_completeness(value: Obj, schema: Obj | None, path: str, value_path: str) -> list[Cause]:
    if schema is None:
        return [Cause(path, "Required", f"because it is defined in {value_path}")]
    causes = _completeness(value, schema, path, value_path)
    if isinstance(value.get("items"), dict):
        items = schema.get("items")
        below = items if isinstance(items, dict) else None
        causes += _nested_completeness(value["items"], below, child(path, "items"), child(value_path, "items"))
    known = schema.get("properties") or {}
    for name, below in (value.get("properties") or {}).items():
        here, there = key(child(path, "properties"), name), key(child(value_path, "properties"), name)
        causes += _nested_completeness(below, known.get(name), here, there)
    return causes
