"""Strategic merge patch, and the one that `kubectl apply` computes from three objects.

Lists with a merge key merge by it, merged lists of texts are joined, the directives $patch, $retainKeys, $setElementOrder and
$deleteFromPrimitiveList are obeyed. Which list merges how is in the table of types. Upstream: apimachinery
`util/strategicpatch/patch.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import bad_request
from cluster_core.api.request import Obj
from cluster_core.api.schema import Field, fields_of

ORDER, DELETIONS = "$setElementOrder/", "$deleteFromPrimitiveList/"
RETAIN = "$retainKeys"
UNKNOWN = Field("", "any")


def strategic_merge_patch(obj: Obj, patch: Obj, struct: str) -> Obj:
    """The object of type `struct` with the patch merged in; unchanged parts are shared. Raises 400 for a patch that cannot be."""
    return _merge_struct(obj, patch, struct)


def three_way_patch(original: Obj, modified: Obj, current: Obj, struct: str) -> Obj:
    """What `kubectl apply` sends: additions and changes against the live object, deletions against what was last applied."""
    patch = _changes(current, modified, struct)
    _deletions(original, modified, current, patch, struct)
    return patch


def _merge_struct(obj: Any, patch: Obj, struct: str) -> Obj:
    directive = patch.get("$patch")
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise bad_request(f"unknown patch type found: {directive}")
    result = _retained(dict(obj) if isinstance(obj, dict) else {}, patch)
    fields = fields_of(struct)
    for name, value in patch.items():
        if name.startswith("$"):
            _directive(result, name, value)
        elif value is None:
            result.pop(name, None)
        else:
            field = fields.get(name, UNKNOWN)
            merged = _merge(result.get(name), value, field, patch.get(ORDER + name))
            if name not in result or merged != result[name]:
                result[name] = merged
    return result


def _retained(obj: Obj, patch: Obj) -> Obj:
    kept = patch.get(RETAIN)
    if kept is None:
        return obj
    if not isinstance(kept, list) or any(name not in kept for name in patch if not name.startswith("$")):
        raise bad_request("invalid patch format of retainKeys")
    return {name: value for name, value in obj.items() if name in kept}


def _directive(result: Obj, name: str, value: Any) -> None:
    """A list of texts loses some; other directives are read where they matter."""
    if not name.startswith(DELETIONS):
        return
    target = name.removeprefix(DELETIONS)
    if not isinstance(value, list):
        raise bad_request("invalid patch format of primitive list")
    if isinstance(result.get(target), list):
        result[target] = [item for item in result[target] if item not in value]


def _merge(known: Any, value: Any, field: Field, order: Any) -> Any:
    if isinstance(value, dict):
        return _merge_struct(known, value, "" if field.type.startswith("{}") else field.struct)
    if not isinstance(value, list) or not field.merge:
        return value
    items = known if isinstance(known, list) else []
    if field.merge == "+":
        merged = [*items, *(item for item in value if item not in items)]
        return _ordered(merged, items, order, _itself)
    return _merge_items(items, value, field, order)


def _merge_items(items: list[Any], changes: list[Any], field: Field, order: Any) -> list[Any]:
    key, struct = field.merge, field.struct
    if any(isinstance(change, dict) and change.get("$patch") == "replace" for change in changes):
        return [change for change in changes if change.get("$patch") != "replace"]
    result = list(items)
    for change in changes:
        if not isinstance(change, dict) or key not in change:
            raise bad_request(f"map: {change!r} does not contain declared merge key: {key}")
        places = [index for index, item in enumerate(result) if isinstance(item, dict) and item.get(key) == change[key]]
        if change.get("$patch") == "delete":
            result = [item for index, item in enumerate(result) if index not in places]
        elif places:
            result[places[0]] = _merge_struct(result[places[0]], change, struct)
        else:
            result.append(_merge_struct({}, change, struct))
    return _ordered(result, items, order, lambda item: item.get(key) if isinstance(item, dict) else None)


def _itself(item: Any) -> Any:
    return item


def _ordered(merged: list[Any], before: list[Any], order: Any, name: Any) -> list[Any]:
    """In the order of $setElementOrder; items that it does not name stay behind the item that they followed."""
    if not isinstance(order, list):
        return merged
    wanted = [name(item) if isinstance(item, dict) else item for item in order]
    result = sorted((item for item in merged if name(item) in wanted), key=lambda item: wanted.index(name(item)))
    for item in (item for item in merged if name(item) not in wanted):
        earlier = before[: before.index(item)] if item in before else result
        ahead = [index for index, placed in enumerate(result) if placed in earlier]
        result.insert(ahead[-1] + 1 if ahead else 0, item)
    return result


def _changes(current: Any, modified: Obj, struct: str) -> Obj:
    patch: Obj = {}
    fields = fields_of(struct)
    for name, value in modified.items():
        known = current.get(name) if isinstance(current, dict) else None
        if value is None or known == value:
            continue
        field = fields.get(name, UNKNOWN)
        if isinstance(value, dict) and isinstance(known, dict):
            inner = _changes(known, value, "" if field.type.startswith("{}") else field.struct)
            if inner:
                patch[name] = _with_retained(inner, value) if field.retain else inner
        elif isinstance(value, list) and isinstance(known, list) and field.merge:
            _changed_list(patch, name, known, value, field)
        elif not isinstance(value, dict) or known is not None or value:
            patch[name] = value
    return patch


def _with_retained(inner: Obj, modified: Obj) -> Obj:
    return {RETAIN: sorted(name for name, value in modified.items() if value is not None), **inner}


def _changed_list(patch: Obj, name: str, known: list[Any], value: list[Any], field: Field) -> None:
    if field.merge == "+":
        added = [item for item in value if item not in known]
        if added:
            patch[name] = added
        return
    key = field.merge
    by_key = _by_key(known, key)
    changed = []
    for item in value:
        there = by_key.get(_key(item, key))
        inner = _changes(there, item, field.struct) if there is not None else item
        if inner and there is not None:
            inner = {**(_with_retained(inner, item) if field.retain else inner), key: item.get(key)}
        if inner:
            changed.append(inner)
    if changed:
        patch[name] = changed
        patch[ORDER + name] = [{key: item.get(key)} for item in value if isinstance(item, dict)]


def _key(item: Any, key: str) -> Any:
    """What an item of a merged list is told by; None for one that has no such text or number."""
    found = item.get(key) if isinstance(item, dict) else None
    return found if isinstance(found, str | int) else None


def _by_key(items: Any, key: str) -> dict[Any, Obj]:
    found = {_key(item, key): item for item in items if isinstance(item, dict)} if isinstance(items, list) else {}
    found.pop(None, None)
    return found


def _deletions(original: Any, modified: Any, current: Any, patch: Obj, struct: str) -> None:
    fields = fields_of(struct)
    for name, value in original.items():
        if not isinstance(current, dict) or name not in current:
            continue
        field, wanted = fields.get(name, UNKNOWN), modified.get(name)
        if wanted is None:
            patch[name] = None
        elif isinstance(value, dict) and isinstance(wanted, dict) and RETAIN not in patch.get(name, ()):
            inner: Obj = patch.get(name, {})
            _deletions(value, wanted, current[name], inner, "" if field.type.startswith("{}") else field.struct)
            if inner:
                patch[name] = inner
        elif isinstance(value, list) and isinstance(wanted, list) and field.merge == "+":
            live = current[name] if isinstance(current[name], list) else []
            gone = [item for item in value if item not in wanted and item in live]
            if gone:
                patch[DELETIONS + name] = gone
        elif isinstance(value, list) and isinstance(wanted, list) and field.merge:
            _deleted_items(patch, name, value, wanted, current[name], field)


def _deleted_items(patch: Obj, name: str, original: list[Any], modified: list[Any], live: Any, field: Field) -> None:
    """Items that were applied and no longer are, and fields that items which stay have lost."""
    key = field.merge
    wanted, there, changes = _by_key(modified, key), _by_key(live, key), _by_key(patch.get(name), key)
    for item in original:
        place = _key(item, key)
        if place not in there:
            continue
        if place not in wanted:
            changes[place] = {"$patch": "delete", key: place}
            continue
        inner = {part: value for part, value in changes.get(place, {}).items() if part != key}
        _deletions(item, wanted[place], there[place], inner, field.struct)
        if inner:
            changes[place] = {**inner, key: place}
    if changes:
        patch[name] = list(changes.values())
        patch[ORDER + name] = [{key: item.get(key)} for item in modified if isinstance(item, dict)]
