"""Objects inside objects (x-kubernetes-embedded-resource): their apiVersion, kind and metadata.

Upstream: apiextensions-apiserver `pkg/apiserver/schema/objectmeta`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.api.schema import DecodeError, decode
from cluster_core.api.structural.defaulting import schema_of
from cluster_core.api.structural.path import child, key


def coerced(value: Any, schema: Obj | None, path: str = "") -> tuple[Any, list[str]]:
    """The value with the metadata of embedded objects decoded, and the paths of unknown fields there. Raises DecodeError."""
    unknown: list[str] = []
    return _coerced(value, schema, path, unknown), unknown


def _coerced(value: Any, schema: Obj | None, path: str, unknown: list[str]) -> Any:
    if schema is None:
        return value
    if isinstance(value, list):
        items = schema.get("items")
        return (
            [_coerced(item, items, key(path, place), unknown) for place, item in enumerate(value)] if items else value
        )
    if not isinstance(value, dict):
        return value
    made = {name: _coerced(inner, schema_of(name, schema), child(path, name), unknown) for name, inner in value.items()}
    if schema.get("x-kubernetes-embedded-resource") and isinstance(made.get("metadata"), dict):
        made["metadata"], more = decode("ObjectMeta", made["metadata"])
        unknown.extend(f"{child(path, 'metadata')}.{name}" for name in more)
    elif schema.get("x-kubernetes-embedded-resource") and "metadata" in made:
        raise DecodeError("json: cannot unmarshal the metadata into Go value of type v1.ObjectMeta")
    return made


def validate_embedded(value: Any, schema: Obj | None, path: str = "") -> list[Cause]:
    """What is wrong with embedded objects, all the way down (the object at the root is checked elsewhere)."""
    if schema is None:
        return []
    causes: list[Cause] = []
    if isinstance(value, list):
        for place, item in enumerate(value):
            causes += validate_embedded(item, schema.get("items"), key(path, place))
    elif isinstance(value, dict):
        if schema.get("x-kubernetes-embedded-resource"):
            causes += _one(value, path)
        for name, inner in value.items():
            causes += validate_embedded(inner, schema_of(name, schema), child(path, name))
    return causes


def _one(value: Obj, path: str) -> list[Cause]:
    causes = [Cause(child(path, name), "Required") for name in ("apiVersion", "kind") if name not in value]
    for name in ("apiVersion", "kind"):
        given = value.get(name)
        if name in value and not isinstance(given, str):
            causes.append(Cause(child(path, name), "Invalid", "must be a string", given))
        elif given == "":
            causes.append(Cause(child(path, name), "Invalid", "must not be empty", ""))
    causes += _group_version(value.get("apiVersion"), child(path, "apiVersion"))
    causes += _kind(value.get("kind"), child(path, "kind"))
    return causes + _metadata(value.get("metadata"), child(path, "metadata"))


def _group_version(given: Any, path: str) -> list[Cause]:
    if isinstance(given, str) and given.count("/") > 1:
        return [Cause(path, "Invalid", f"unexpected GroupVersion string: {given}", given)]
    return []


def _kind(given: Any, path: str) -> list[Cause]:
    if not isinstance(given, str) or not given:
        return []
    words = names.dns_1035(given.lower())
    detail = f"may have mixed case, but should otherwise match: {','.join(words)}"
    return [Cause(path, "Invalid", detail, given)] if words else []


def _metadata(given: Any, path: str) -> list[Cause]:
    if not isinstance(given, dict):
        return []
    # Here, because the kinds know definitions, and those know schemas.
    from cluster_core.api.kinds.embedded_object import EMBEDDED, validate_metadata

    found = validate_metadata(EMBEDDED, {"metadata": {**given, "name": given.get("name") or "fakename"}})
    return [
        Cause(path + cause.field.removeprefix("metadata"), cause.type, cause.detail, cause.bad_value) for cause in found
    ]
