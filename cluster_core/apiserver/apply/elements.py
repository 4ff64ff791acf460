"""How the items of granular lists are told apart, and which fields a configuration names.

Upstream: structured-merge-diff `typed/helpers.go`, `typed/tofieldset.go`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cluster_core.api.field_set import MEMBER, SELF, FieldSet, field_element, key_element, value_element
from cluster_core.api.merge_shape import ANY, Shape


class ElementError(Exception):
    """An item that has no element, in upstream's words."""


def element_of(item: Any, shape: Shape) -> str:
    """The element of an item of a granular list of this shape. Raises ElementError."""
    return _keyed(item, shape) if shape.keys else _value(item)


def items_by_element(items: list[Any] | None, shape: Shape) -> dict[str, list[Any]]:
    """The items of a granular list by element, in their order; more than one where the list has duplicates."""
    found: dict[str, list[Any]] = {}
    for item in items or ():
        found.setdefault(element_of(item, shape), []).append(item)
    return found


def field_set(value: Any, shape: Shape) -> FieldSet:
    """Every leaf and every item that a configuration names."""
    return _node(value, shape) or {}


def _node(value: Any, shape: Shape) -> FieldSet | None:
    """The node of a value; None if it names nothing."""
    form = shape.form(value)
    if form == "leaf":
        return MEMBER
    if not value:
        return None
    found = _of_map(value, shape) if form == "map" else _of_list(value, shape)
    return found or None


def _of_map(value: dict[str, Any], shape: Shape) -> FieldSet:
    found: FieldSet = {}
    for name, part in value.items():
        node = _node(part, shape.of(name))
        if part is None or part == {} or name not in shape.fields:
            node = {SELF: MEMBER, **node} if node else MEMBER
        if node is not None:
            found[field_element(name)] = node
    return found


def _of_list(value: list[Any], shape: Shape) -> FieldSet:
    found: FieldSet = {}
    for element, items in items_by_element(value, shape).items():
        node = _node(items[0], shape.item or ANY) if len(items) == 1 and shape.keys else None
        found[element] = {SELF: MEMBER, **node} if node else MEMBER
    return found


def _keyed(item: Any, shape: Shape) -> str:
    if item is None:
        raise ElementError("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise ElementError("associative list with keys may not have non-map elements")
    if len(shape.keys) == 1:
        # The usual case: a list of named things.
        name, default = next(iter(shape.keys.items()))
        value = item.get(name, default)
        if isinstance(value, str):
            return _named(name, value)
    keys = {name: item.get(name, default) for name, default in shape.keys.items()}
    keys = {name: value for name, value in keys.items() if value is not None or name in item}
    if not keys:
        named = "[" + " ".join(json.dumps(name) for name in shape.keys) + "]"
        words = f"associative list with keys has an element that omits all key fields {named}"
        raise ElementError(f"{words} (and doesn't have default values for any key fields)")
    return key_element(keys)


@lru_cache(maxsize=8192)
def _named(name: str, value: str) -> str:
    return key_element({name: value})


def _value(item: Any) -> str:
    if isinstance(item, dict):
        raise ElementError("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise ElementError("not supported: associative list with lists as elements")
    if item is None:
        raise ElementError("associative list without keys has an element that's an explicit null")
    return value_element(item)
