"""Lists that are sets or maps: no item twice. Upstream: apiextensions-apiserver `pkg/apiserver/schema/listtype/validation.go`."""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.api.structural.defaulting import schema_of
from cluster_core.api.structural.path import child, key


def duplicates(value: Any, schema: Obj | None, path: str = "") -> list[Cause]:
    """The items that come twice in lists of type set or map, all the way down."""
    if schema is None:
        return []
    if isinstance(value, list):
        return _in_list(value, schema, path)
    if not isinstance(value, dict):
        return []
    named = (schema.get("properties") or {}).keys()
    causes: list[Cause] = []
    for name, inner in value.items():
        causes += duplicates(inner, schema_of(name, schema), child(path, name) if name in named else key(path, name))
    return causes


def map_key(item: Any, keys: list[str]) -> Obj:
    """The fields that tell an item of a map list from the others."""
    return {name: item[name] for name in keys if name in item} if isinstance(item, dict) else {}


def _in_list(value: list[Any], schema: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or []
    if kind == "set":
        causes += [Cause(key(path, place), "Duplicate", "", value[place]) for place in _twice(value)]
    elif kind == "map":
        causes += _in_map_list(value, keys, path)
    for place, item in enumerate(value):
        causes += duplicates(item, schema.get("items"), key(path, place))
    return causes


def _in_map_list(value: list[Any], keys: list[str], path: str) -> list[Cause]:
    for place, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            return [Cause(key(path, place), "Invalid", "must be an object for an array of list-type map", item)]
    found = [map_key(item, keys) for item in value]
    return [Cause(key(path, place), "Duplicate", "", found[place]) for place in _twice(found)]


def _twice(items: list[Any]) -> list[int]:
    """Where an item comes for the second time."""
    seen: dict[str, int] = {}
    found = []
    for place, item in enumerate(items):
        text = json.dumps(item, sort_keys=True)
        seen[text] = seen.get(text, 0) + 1
        if seen[text] == 2:
            found.append(place)
    return found
