"""Defaulting by schemas. Upstream: apiextensions-apiserver `pkg/apiserver/schema/defaulting`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj


def defaulted(value: Any, schema: Obj | None) -> Any:
    """The value with unset fields at their defaults, all the way down. What did not change is shared."""
    if schema is None or not has_defaults(schema):
        return value
    if isinstance(value, dict):
        return _defaulted_map(value, schema)
    if isinstance(value, list) and schema.get("items") is not None:
        made = [defaulted(_filled(item, schema["items"]), schema["items"]) for item in value]
        return value if all(map(_same, made, value)) else made
    return value


def without_nulls(value: Any, schema: Obj | None) -> Any:
    """Without nulls in fields that may not be null and have no default: an applied null removes."""
    if isinstance(value, list):
        made = [without_nulls(item, (schema or {}).get("items")) for item in value]
        return value if all(map(_same, made, value)) else made
    if not isinstance(value, dict):
        return value
    kept: Obj = {}
    for name, inner in value.items():
        below = schema_of(name, schema)
        if inner is None and below is not None and not below.get("nullable") and below.get("default") is None:
            continue
        kept[name] = without_nulls(inner, below)
    return value if len(kept) == len(value) and all(map(_same, kept.values(), value.values())) else kept


def schema_of(name: str, schema: Obj | None) -> Obj | None:
    """The schema of a field of an object."""
    found = ((schema or {}).get("properties") or {}).get(name)
    if found is None:
        other = (schema or {}).get("additionalProperties")
        return other if isinstance(other, dict) else None
    result: Obj = found
    return result


def has_defaults(schema: Obj) -> bool:
    """Whether a schema or any below it has a default (not below value validations, where none is allowed)."""
    if "default" in schema:
        return True
    below = [schema.get("items"), schema.get("additionalProperties"), *(schema.get("properties") or {}).values()]
    return any(isinstance(one, dict) and has_defaults(one) for one in below)


def _defaulted_map(value: Obj, schema: Obj) -> Obj:
    made = dict(value)
    for name, below in (schema.get("properties") or {}).items():
        if below.get("default") is not None and (name not in made or _refused_null(made[name], below)):
            made[name] = below["default"]
    for name, inner in made.items():
        known = schema_of(name, schema)
        made[name] = defaulted(_filled(inner, known), known)
    return value if len(made) == len(value) and all(map(_same, made.values(), value.values())) else made


def _filled(value: Any, schema: Obj | None) -> Any:
    return schema.get("default") if schema is not None and _refused_null(value, schema) else value


def _refused_null(value: Any, schema: Obj) -> bool:
    return value is None and not schema.get("nullable")


def _same(first: Any, second: Any) -> bool:
    return first is second
