"""Who owns which field after an update or an apply, and what an apply makes of the object.

Upstream: structured-merge-diff `merge/update.go`, `typed/reconcile_schema.go`.
"""

from __future__ import annotations

from typing import Any, Protocol

from cluster_core.api.field_set import (
    FieldSet,
    Path,
    difference,
    intersection,
    paths,
    recursive_difference,
    union,
)
from cluster_core.api.merge_shape import Shape
from cluster_core.api.request import Obj
from cluster_core.apiserver.apply.compare import Comparison, compare, same
from cluster_core.apiserver.apply.elements import field_set
from cluster_core.apiserver.apply.merge import merge, reconciled, remove, with_named_fields
from cluster_core.apiserver.apply.owners import Key, Owner, Owners, with_fields

Conflicts = list[tuple[Owner, Path]]


class Typing(Protocol):
    """The versions of a kind: how objects merge in each, and objects in other versions."""

    def shape(self, api_version: str) -> Shape | None:
        """How objects of a version merge; None for a version that is not served any more."""

    def convert(self, obj: Obj, api_version: str) -> Obj:
        """An object in a version that is served."""


class ConflictError(Exception):
    """An apply wants to change fields that others own. `conflicts` in order of manager and field."""

    def __init__(self, conflicts: Conflicts) -> None:
        super().__init__(f"{len(conflicts)} conflicts")
        self.conflicts = conflicts


def updated(live: Obj, new: Obj, managers: Owners, manager: Owner, typing: Typing, ignored: FieldSet) -> Owners:
    """The managers after a write that is no apply: what it changed is the manager's, and nobody else's."""
    known = served(managers, typing)
    managers, compared = _settled(live, new, known, manager, typing, ignored, force=True)
    owned = managers[manager.key].owned if manager.key in managers else {}
    fields = recursive_difference(union(difference(owned, compared.removed), compared.changed), ignored)
    return with_fields(managers, manager, fields)


def applied(
    live: Obj, config: Obj, managers: Owners, manager: Owner, typing: Typing, ignored: FieldSet, force: bool
) -> tuple[Obj | None, Owners]:
    """The object after an apply (None: as it was) and its managers. Raises ConflictError, and ElementError for a bad live list."""
    managers = served(managers, typing)
    shape = _shape(typing, manager.api_version)
    there = typing.convert(live, manager.api_version)
    last = managers.get(manager.key)
    new = merge(there, config, shape)
    mine = manager.owning(recursive_difference(field_set(config, shape), ignored))
    managers = {**managers, manager.key: mine}
    if last is not None and last.owned:
        new = typing.convert(_pruned(new, managers, last, typing), manager.api_version)
    managers, _compared = _settled(there, new, managers, mine, typing, ignored, force)
    return (None if same(there, new) else new), managers


def served(managers: Owners, typing: Typing) -> Owners:
    """Without those who spoke a version that is no longer served; what has become atomic since has one owner."""
    found: Owners = {}
    for key, one in managers.items():
        shape = typing.shape(one.api_version)
        if shape is not None:
            fields = reconciled(one.owned, shape)
            found[key] = one if fields is one.owned else one.owning(fields)
    return found


def _settled(
    live: Obj, new: Obj, managers: Owners, mine: Owner, typing: Typing, ignored: FieldSet, force: bool
) -> tuple[Owners, Comparison]:
    """What others own after a change, and the change in the manager's own version. Raises ConflictError unless forced."""
    compared: dict[str, Comparison] = {}
    for version in [mine.api_version, *(one.api_version for one in managers.values())]:
        if version not in compared:
            before, after = typing.convert(live, version), typing.convert(new, version)
            compared[version] = compare(before, after, _shape(typing, version)).without(ignored)
    taken: dict[Key, FieldSet] = {}
    for key, other in managers.items():
        if key != mine.key:
            taken[key] = intersection(other.owned, compared[other.api_version].changed)
    if not force and any(taken.values()):
        raise ConflictError(_conflicts(managers, taken))
    result = dict(managers)
    for key, fields in taken.items():
        other = managers[key]
        left = difference(difference(other.owned, fields), compared[other.api_version].removed)
        if left is not other.owned:
            result[key] = other.owning(left)
    return {key: one for key, one in result.items() if one.owned}, compared[mine.api_version]


def _conflicts(managers: Owners, taken: dict[Key, FieldSet]) -> Conflicts:
    order = sorted((key for key, fields in taken.items() if fields), key=lambda key: key)
    return [(managers[key], path) for key in order for path in paths(taken[key])]


def _pruned(merged: Obj, managers: Owners, last: Owner, typing: Typing) -> Obj:
    """Without what the manager applied last time and does not apply now, unless somebody else owns it."""
    shape = _shape(typing, last.api_version)
    converted = typing.convert(merged, last.api_version)
    mine = with_named_fields(last.owned, shape)
    pruned = remove(converted, mine, shape)
    pruned = _with_owned_items(converted, pruned, managers, last.api_version, typing)
    before = with_named_fields(field_set(converted, shape), shape)
    after = with_named_fields(field_set(typing.convert(pruned or {}, last.api_version), shape), shape)
    # What is gone and was not the manager's comes back: it is nobody's, or an updater's.
    left: Obj = remove(converted, intersection(difference(before, after), mine), shape) or {}
    return left


def _with_owned_items(merged: Obj, pruned: Any, managers: Owners, version: str, typing: Typing) -> Any:
    """Back come the fields and items that somebody owns, the manager's new configuration included."""
    owned: dict[str, FieldSet] = {version: {}}
    for manager in managers.values():
        owned[manager.api_version] = union(owned.get(manager.api_version, {}), manager.owned)
    for at, fields in owned.items():
        shape = _shape(typing, at)
        merged, pruned = typing.convert(merged, at), typing.convert(pruned or {}, at)
        there = with_named_fields(field_set(merged, shape), shape)
        kept = union(
            with_named_fields(field_set(pruned, shape), shape),
            with_named_fields(fields, shape),
        )
        pruned = remove(merged, difference(there, kept), shape)
    return pruned


def _shape(typing: Typing, api_version: str) -> Shape:
    found = typing.shape(api_version)
    if found is None:
        raise ValueError(f"version {api_version} is not served")
    return found
