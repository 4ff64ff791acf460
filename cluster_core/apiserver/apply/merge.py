"""A configuration merged into the live object, and fields taken out of an object. Both share what stays.

Upstream: structured-merge-diff `typed/merge.go`, `typed/remove.go`, `fieldpath/set.go` (EnsureNamedFieldsAreMembers).
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.field_set import MEMBER, SELF, FieldSet, field_element, is_member, under
from cluster_core.api.merge_shape import ANY, Shape
from cluster_core.apiserver.apply.compare import ABSENT, same
from cluster_core.apiserver.apply.elements import element_of


def merge(live: Any, config: Any, shape: Shape) -> Any:
    """The live value with what the configuration says; nothing is removed. Raises ElementError."""
    form = shape.form(config if config is not None else live)
    if form == "leaf" or not (live or config) or shape.form(live) != form:
        return config
    merged = _maps(live or {}, config or {}, shape) if form == "map" else _lists(live or [], config or [], shape)
    return live if same(merged, live) else merged


def remove(value: Any, fields: FieldSet, shape: Shape) -> Any:
    """The value without the members of a set; what they leave empty is null."""
    form = shape.form(value)
    if shape.base == "scalar" or (shape.base == "any" and form == "leaf" and not isinstance(value, list)):
        return value
    if form == "leaf" or not value:
        return None
    return (_without_fields(value, fields, shape) if form == "map" else _without_items(value, fields, shape)) or None


def with_named_fields(fields: FieldSet, shape: Shape) -> FieldSet:
    """The set with each named field that leads to a member as a member itself; items of lists and keys of maps are not."""
    found: FieldSet = {}
    for element, node in fields.items():
        if element == SELF:
            found[SELF] = node
            continue
        inner = with_named_fields(node, _shape_below(element, shape)) if node else node
        named = element[0] == "f" and shape.form({}) == "map" and element[2:] in shape.fields
        found[element] = {SELF: MEMBER, **inner} if named and inner and SELF not in inner else inner
    return found


def reconciled(fields: FieldSet, shape: Shape) -> FieldSet:
    """The set as the shape has it: what was granular and is atomic has one owner. The same object if it is so."""
    result: FieldSet | None = None
    for element, node in fields.items():
        below = _shape_below(element, shape)
        if not node or element == SELF or below.base not in ("list", "map"):
            continue
        made = MEMBER if below.atomic else reconciled(node, below)
        if made is not node:
            result = result if result is not None else dict(fields)
            result[element] = made
    return result if result is not None else fields


def _shape_below(element: str, shape: Shape) -> Shape:
    if element[0] == "f":
        return shape.of(element[2:])
    return shape.item or ANY if element[0] == "k" else ANY


def _maps(live: dict[str, Any], config: dict[str, Any], shape: Shape) -> dict[str, Any]:
    result = dict(live)
    for name, value in config.items():
        result[name] = merge(live[name], value, shape.of(name)) if name in live else _taken(value, shape.of(name))
    return result


def _taken(value: Any, shape: Shape) -> Any:
    """A value of the configuration where the live object has none; its lists are checked on the way."""
    return merge(None, value, shape) if value else value


def _lists(live: list[Any], config: list[Any], shape: Shape) -> list[Any]:
    """Items in the order of the configuration where it says one, else of the live list.

    An item that only the live list has stays behind those that it followed there.
    """
    known: dict[str, Any] = {}
    order = [element_of(one, shape) for one in live]
    for element, one in zip(order, live, strict=True):
        known[element] = ABSENT if element in known else one
    wanted = {element_of(one, shape): one for one in config}
    shared = iter([element for element in wanted if element in known])
    result: list[Any] = []
    turn, left = next(shared, None), 0
    for element, one in wanted.items():
        while left < len(order):
            here = order[left]
            if here == element or (here in wanted and here == turn):
                break
            left += 1
            if here not in wanted:
                result.append(live[left - 1])
            elif turn is None:
                break
        there = known.get(element, ABSENT)
        result.append(_merged_item(there, one, shape.item or ANY))
        left += left < len(order) and order[left] == element
        if element == turn:
            turn = next(shared, None)
    result.extend(one for element, one in zip(order[left:], live[left:], strict=True) if element not in wanted)
    return result


def _merged_item(live: Any, config: Any, shape: Shape) -> Any:
    return _taken(config, shape) if live is ABSENT else merge(live, config, shape)


def _without_fields(value: dict[str, Any], fields: FieldSet, shape: Shape) -> dict[str, Any]:
    result = {}
    for name, part in value.items():
        node = fields.get(field_element(name))
        if is_member(node):
            continue
        result[name] = remove(part, node, shape.of(name)) if node else part
    return result


def _without_items(value: list[Any], fields: FieldSet, shape: Shape) -> list[Any]:
    result = []
    for one in value:
        element = element_of(one, shape)
        node = fields.get(element)
        if is_member(node):
            continue
        result.append(remove(one, under(fields, element), shape.item or ANY) if node else one)
    return result
