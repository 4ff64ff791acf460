"""Pruning: what a schema does not know is not stored. Upstream: apiextensions-apiserver `pkg/apiserver/schema/pruning`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.structural.path import child, key

META = ("apiVersion", "kind", "metadata")


def pruned(obj: Obj, schema: Obj) -> tuple[Obj, list[str]]:
    """The object without unknown fields, and their paths in order. What did not change is shared."""
    unknown: list[str] = []
    root = (
        schema if schema.get("x-kubernetes-embedded-resource") else {**schema, "x-kubernetes-embedded-resource": True}
    )
    result: Obj = _pruned(obj, root, "", unknown)
    return result, sorted(unknown)


def pruned_value(value: Any, schema: Obj) -> Any:
    """A value below the root without unknown fields."""
    return _pruned(value, schema, "", [])


def _pruned(value: Any, schema: Obj | None, path: str, unknown: list[str]) -> Any:
    if isinstance(value, list):
        items = (schema or {}).get("items")
        if schema is not None and schema.get("x-kubernetes-preserve-unknown-fields") and items is None:
            return value
        made = [_pruned(item, items, key(path, place), unknown) for place, item in enumerate(value)]
        return value if all(map(_same, made, value)) else made
    if not isinstance(value, dict):
        return value
    return _pruned_map(value, schema or {}, path, unknown)


def _pruned_map(value: Obj, schema: Obj, path: str, unknown: list[str]) -> Obj:
    keeps, embedded = schema.get("x-kubernetes-preserve-unknown-fields"), schema.get("x-kubernetes-embedded-resource")
    properties, other = schema.get("properties") or {}, schema.get("additionalProperties")
    made: Obj = {}
    for name, inner in value.items():
        if embedded and name in META:
            made[name] = inner
        elif name in properties:
            made[name] = _pruned(inner, properties[name], child(path, name), unknown)
        elif other is not None:
            made[name] = _pruned(inner, other if isinstance(other, dict) else None, child(path, name), unknown)
        elif keeps:
            made[name] = inner
        else:
            unknown.append(child(path, name))
    return value if len(made) == len(value) and all(map(_same, made.values(), value.values())) else made


def _same(first: Any, second: Any) -> bool:
    return first is second
