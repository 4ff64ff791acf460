"""What a change of an object has added, modified and removed, field by field.

Upstream: structured-merge-diff `typed/compare.go`. Parts that two versions share are not looked at: objects are path copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.field_set import MEMBER, SELF, FieldSet, field_element, recursive_difference, union
from cluster_core.api.merge_shape import ANY, Shape
from cluster_core.api.request import Obj
from cluster_core.apiserver.apply.elements import items_by_element


class Absent:
    """Where a field is not there at all; null is something else."""


ABSENT = Absent()
Nodes = tuple[FieldSet | None, FieldSet | None, FieldSet | None]
"""What was added, modified and removed at one place: nodes of field sets, None for nothing."""
NOTHING: Nodes = (None, None, None)
ADDED, MODIFIED, REMOVED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """The fields that differ."""

    added: FieldSet
    modified: FieldSet
    removed: FieldSet

    @property
    def changed(self) -> FieldSet:
        """What now has another value, or one at all."""
        return union(self.modified, self.added)

    def without(self, ignored: FieldSet) -> Comparison:
        """The same, but for some fields and what is below them."""
        added, modified, removed = (
            recursive_difference(one, ignored) for one in (self.added, self.modified, self.removed)
        )
        return Comparison(added, modified, removed)


def compare(old: Any, new: Any, shape: Shape) -> Comparison:
    """The fields that differ between two objects of a shape."""
    added, modified, removed = _compared(old, new, shape)
    return Comparison(added or {}, modified or {}, removed or {})


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    if one is other:
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _whole(value: Any, shape: Shape) -> FieldSet:
    """The node of a value that came or went: it, and everything in it."""
    form = shape.form(value)
    if form == "leaf":
        return MEMBER
    found: FieldSet = {SELF: MEMBER}
    if form == "map":
        for name, part in (_with_zeros(value, shape) or {}).items():
            found[field_element(name)] = _whole(part, shape.of(name))
    else:
        item = shape.item or ANY
        for element, items in items_by_element(value, shape).items():
            found[element] = _whole(items[0], item) if len(items) == 1 else MEMBER
    return found if len(found) > 1 else MEMBER


def _compared(old: Any, new: Any, shape: Shape) -> Nodes:
    if old is new:
        return NOTHING
    if old is ABSENT:
        return _whole(new, shape), None, None
    if new is ABSENT:
        return None, None, _whole(old, shape)
    form = shape.form(new if new is not None else old)
    if form == "leaf" or (old is not None and new is not None and shape.form(old) != form):
        return _as_leaf(old, new)
    if form == "map":
        old, new = _with_zeros(old, shape), _with_zeros(new, shape)
    if not old and not new:
        return _as_leaf(old, new)
    return _maps(old or {}, new or {}, shape) if form == "map" else _lists(old or [], new or [], shape)


def _with_zeros(value: Any, shape: Shape) -> Any:
    """As Go has the struct: fields that are structs themselves are always there."""
    if value is None or not shape.zeros:
        return value
    return {**shape.zeros, **value} if shape.zeros.keys() - value.keys() else value


def _as_leaf(old: Any, new: Any) -> Nodes:
    return NOTHING if same(old, new) else (None, MEMBER, None)


def _maps(old: Obj, new: Obj, shape: Shape) -> Nodes:
    found: list[FieldSet] = [{}, {}, {}]
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if before is not after:
            _place(found, field_element(name), before, after, shape.of(name))
    return found[ADDED] or None, found[MODIFIED] or None, found[REMOVED] or None


def _lists(old: list[Any], new: list[Any], shape: Shape) -> Nodes:
    before, after = items_by_element(old, shape), items_by_element(new, shape)
    item = shape.item or ANY
    found: list[FieldSet] = [{}, {}, {}]
    for element in [*before, *(one for one in after if one not in before)]:
        had, has = before.get(element, []), after.get(element, [])
        if len(had) <= 1 and len(has) <= 1:
            _place(found, element, had[0] if had else ABSENT, has[0] if has else ABSENT, item)
        elif len(had) > 1 and len(has) > 1:
            if not same(had, has):
                found[MODIFIED][element] = MEMBER
        elif len(had) > 1:
            _place(found, element, ABSENT, has[0] if has else ABSENT, item)
            found[REMOVED][element] = MEMBER
        else:
            _place(found, element, had[0] if had else ABSENT, ABSENT, item)
            found[ADDED][element] = MEMBER
    return found[ADDED] or None, found[MODIFIED] or None, found[REMOVED] or None


def _place(found: list[FieldSet], element: str, old: Any, new: Any, shape: Shape) -> None:
    for place, node in enumerate(_compared(old, new, shape)):
        if node is not None:
            found[place][element] = node
