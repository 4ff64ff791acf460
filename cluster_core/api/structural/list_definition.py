"""x-kubernetes-list-type in schemas. Upstream: apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause, supported
from cluster_core.api.request import Obj
from cluster_core.api.structural.path import child, key

LIST_TYPE, KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"
IN_SET = "must be atomic as item of a list with x-kubernetes-list-type=set"
SCALAR_KEYS = "must be a scalar type if parent array's x-kubernetes-list-type is map"
IN_KEYS = "this property is in x-kubernetes-list-map-keys, so it"


def validate_list_type(schema: Obj, path: str) -> list[Cause]:
    """What is wrong with the list type of a schema."""
    kind = schema.get(LIST_TYPE)
    causes = _array(schema, kind, path) if kind is not None else []
    if kind is not None and kind not in ("atomic", "set", "map"):
        causes.append(Cause(child(path, LIST_TYPE), "NotSupported", supported("atomic", "set", "map"), kind))
    if schema.get(KEYS) and kind != "map":
        words, at = "must be map if x-kubernetes-list-map-keys is non-empty", child(path, LIST_TYPE)
        causes.append(Cause(at, "Required", words) if kind is None else Cause(at, "Invalid", words, kind))
    if kind == "map":
        causes += _map(schema, path)
    return causes + _nullable(schema, kind, path)


def _array(schema: Obj, kind: str, path: str) -> list[Cause]:
    given, items = schema.get("type") or "", schema.get("items")
    if given != "array":
        words, at = "must be array if x-kubernetes-list-type is specified", child(path, "type")
        return [Cause(at, "Invalid", words, given) if given else Cause(at, "Required", words)]
    if kind != "set" or not isinstance(items, dict):
        return []
    inside, found = child(path, "items"), items.get("type")
    if found == "array" and items.get(LIST_TYPE, "atomic") != "atomic":
        return [Cause(child(inside, LIST_TYPE), "Invalid", IN_SET, items.get(LIST_TYPE))]
    if found == "object" and items.get("x-kubernetes-map-type") != "atomic":
        return [Cause(child(inside, "x-kubernetes-map-type"), "Invalid", IN_SET, items.get(LIST_TYPE))]
    return []


def _map(schema: Obj, path: str) -> list[Cause]:
    causes, items, keys = list[Cause](), schema.get("items"), schema.get(KEYS) or []
    if not keys:
        causes.append(Cause(child(path, KEYS), "Required", "must not be empty if x-kubernetes-list-type is map"))
    if not isinstance(items, dict):
        words = "must have a schema if x-kubernetes-list-type is map"
        return [*causes, Cause(child(path, "items"), "Required", words)]
    inside = child(path, "items")
    if items.get("type") != "object":
        words = "must be object if parent array's x-kubernetes-list-type is map"
        return [*causes, Cause(f"{inside}.type", "Invalid", words, items.get("type") or "")]
    for place, name in enumerate(keys):
        found = (items.get("properties") or {}).get(name)
        if found is None:
            causes.append(Cause(child(path, KEYS), "Invalid", "entries must all be names of item properties", keys))
        elif found.get("type") in ("array", "object"):
            causes.append(Cause(f"{key(f'{inside}.properties', name)}.type", "Invalid", SCALAR_KEYS, items["type"]))
        if name in keys[:place]:
            causes.append(Cause(child(path, KEYS), "Invalid", "must not contain duplicate entries", keys))
    return causes + [cause for name in keys for cause in _key(name, items, inside)]


def _key(name: str, items: Obj, inside: str) -> list[Cause]:
    """A key is always there, and never null."""
    found = (items.get("properties") or {}).get(name)
    if found is None:
        return []
    at, causes = key(f"{inside}.properties", name), list[Cause]()
    if name not in (items.get("required") or ()) and found.get("default") is None:
        causes.append(Cause(f"{at}.default", "Required", f"{IN_KEYS} must have a default or be a required property"))
    if found.get("nullable"):
        causes.append(Cause(f"{at}.nullable", "Forbidden", f"{IN_KEYS} cannot be nullable"))
    return causes


def _nullable(schema: Obj, kind: Any, path: str) -> list[Cause]:
    items = schema.get("items")
    if kind not in ("set", "map") or not isinstance(items, dict) or not items.get("nullable"):
        return []
    words = f"cannot be nullable when x-kubernetes-list-type is {kind}"
    return [Cause(child(path, "items") + ".nullable", "Forbidden", words)]
