"""Defaults in schemas: they must be what the schema allows. Upstream: apiextensions-apiserver `schema/defaulting/validation.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.api.schema import DecodeError
from cluster_core.api.structural.correlation import Old
from cluster_core.api.structural.embedded import coerced, validate_embedded
from cluster_core.api.structural.path import child, key
from cluster_core.api.structural.pruning import pruned_value
from cluster_core.api.structural.rules import rule_tree, validate_rules
from cluster_core.api.structural.validation import validate_value


def validate_defaults(schema: Obj, path: str) -> list[Cause]:
    """What is wrong with the defaults of a schema, all the way down; below additionalProperties there are none."""
    causes = _default(schema["default"], schema, child(path, "default")) if schema.get("default") is not None else []
    if isinstance(schema.get("items"), dict):
        causes += validate_defaults(schema["items"], child(path, "items"))
    for name, below in (schema.get("properties") or {}).items():
        causes += validate_defaults(below, key(child(path, "properties"), name))
    return causes


def _default(value: Any, schema: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if pruned_value(value, schema) != value:
        causes.append(Cause(path, "Invalid", "must not have unknown fields", value))
    try:
        coerced(value, schema, path)
    except DecodeError as error:
        return [*causes, Cause(path, "Invalid", str(error), value)]
    found = validate_embedded(value, schema, path) or validate_value(value, schema, path)
    return causes + (found or _rules(value, schema, path))


def _rules(value: Any, schema: Obj, path: str) -> list[Cause]:
    """As a value that was always there, and as a new one."""
    tree = rule_tree(schema, bool(schema.get("x-kubernetes-embedded-resource")))
    if tree is None:
        return []
    causes, warnings = validate_rules(tree, value, Old(value), path)
    found = causes or validate_rules(tree, value, None, path)[0]
    return found if found or not warnings else [Cause(path, "Invalid", warnings[0].partition(": ")[2], value)]
