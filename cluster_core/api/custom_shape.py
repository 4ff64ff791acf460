"""Shapes of custom resources, from the structural schemas of their definitions.

Upstream: apiextensions-apiserver `pkg/controller/openapi/builder`, kube-openapi `pkg/schemaconv/openapi.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.merge_shape import ANY, BOOLEAN, NUMERIC, STRING, UNTYPED, Shape, shape_of
from cluster_core.api.request import Obj

KEPT = 256
SCALARS = {"string": STRING, "integer": NUMERIC, "number": NUMERIC, "boolean": BOOLEAN}
PRESERVE, EMBEDDED = "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"
# By identity: a stored definition never changes. The schema is kept with its shape, so that no other takes its place.
_SHAPES: dict[int, tuple[Obj, Shape]] = {}


def custom_shape(schema: Obj) -> Shape:
    """The shape of the objects that a schema describes."""
    found = _SHAPES.get(id(schema))
    if found is None:
        if len(_SHAPES) >= KEPT:
            _SHAPES.clear()
        found = _SHAPES[id(schema)] = (schema, _object(schema, of_a_resource=True))
    return found[1]


def _shape(schema: Any) -> Shape:
    if not isinstance(schema, dict):
        return ANY
    if schema.get("x-kubernetes-int-or-string"):
        return UNTYPED
    kind = schema.get("type")
    if kind == "array":
        return _list(schema)
    if kind == "object":
        return _object(schema, of_a_resource=bool(schema.get(EMBEDDED)))
    return SCALARS.get(kind, ANY) if isinstance(kind, str) else ANY


def _list(schema: Obj) -> Shape:
    relation, items = schema.get("x-kubernetes-list-type"), schema.get("items")
    keys: dict[str, Any] = {}
    if relation == "map":
        properties = (items or {}).get("properties") or {}
        keys = {
            name: properties.get(name, {}).get("default") for name in schema.get("x-kubernetes-list-map-keys") or ()
        }
    return Shape("list", atomic=relation not in ("set", "map"), keys=keys, item=lambda: _shape(items))


def _object(schema: Obj, of_a_resource: bool) -> Shape:
    """A struct, or a map of the values of one schema; of what is preserved without a schema, whatever the values are."""
    properties, values = schema.get("properties") or {}, schema.get("additionalProperties")
    atomic = schema.get("x-kubernetes-map-type") == "atomic"
    if not properties and not values and not of_a_resource:
        return Shape("map", atomic=True, item=lambda: ANY) if atomic else ANY
    item = (lambda: _shape(values)) if values else (lambda: ANY) if schema.get(PRESERVE) else None

    def fields() -> dict[str, Shape]:
        found = {name: _shape(below) for name, below in properties.items()}
        if of_a_resource:
            found |= {"apiVersion": STRING, "kind": STRING, "metadata": shape_of("ObjectMeta")}
        return found

    return Shape("map", atomic=atomic, fields=fields, item=item)
