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
DROPPED = object()


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
    if directive is not None:
        raise bad_request(f"unknown patch type found: {directive}")
    result = _retained(dict(obj) if isinstance(obj, dict) else {}, patch)
    fields = fields_of(struct)
    for name, value in patch.items():
        if name.startswith("$"):
            _directive(result, name, value, patch, fields)
        elif value is None:
            result.pop(name, None)
        elif name not in result:
            kept = _without_directives(_merge(None, value, fields.get(name, UNKNOWN), patch.get(ORDER + name)))
            if kept is not DROPPED:
                result[name] = kept
        else:
            merged = _merge(result[name], value, fields.get(name, UNKNOWN), patch.get(ORDER + name))
            if merged != result[name]:
                result[name] = merged
    return result


def _without_directives(value: Any) -> Any:
    """What a patch adds, without the parts that only say how to merge; nothing was there to be replaced or deleted."""
    if isinstance(value, dict):
        if "$patch" in value:
            return DROPPED
        found = {name: _without_directives(part) for name, part in value.items() if not name.startswith("$")}
        return {name: part for name, part in found.items() if part is not DROPPED and part is not None}
    if isinstance(value, list):
        return [kept for item in value if (kept := _without_directives(item)) is not DROPPED]
    return value


def _retained(obj: Obj, patch: Obj) -> Obj:
    kept = patch.get(RETAIN)
    if kept is None:
        return obj
    named = [name for name, value in patch.items() if value is not None and not name.startswith("$")]
    if not isinstance(kept, list) or any(name not in kept for name in named):
        raise bad_request("invalid patch format of retainKeys")
    return {name: value for name, value in obj.items() if name in kept}


def _directive(result: Obj, name: str, value: Any, patch: Obj, fields: dict[str, Field]) -> None:
    """A list of texts loses some, or a list gets another order without another change; others are read where they matter."""
    if name.startswith(DELETIONS):
        target = name.removeprefix(DELETIONS)
        if not isinstance(value, list):
            raise bad_request("invalid patch format of primitive list")
        if isinstance(result.get(target), list):
            result[target] = [item for item in result[target] if item not in value]
    elif name.startswith(ORDER):
        target = name.removeprefix(ORDER)
        if not isinstance(value, list):
            raise bad_request("invalid patch format of setElementOrder list")
        field, known = fields.get(target, UNKNOWN), result.get(target)
        if target not in patch and isinstance(known, list) and field.merge:
            ordered = _ordered(known, known, value, _named(field))
            if ordered != known:
                result[target] = ordered


def _merge(known: Any, value: Any, field: Field, order: Any) -> Any:
    if isinstance(value, dict):
        return (
            _merge_struct(known, value, "" if field.type.startswith("{}") else field.struct)
            if known is not None
            else value
        )
    if not isinstance(value, list) or not field.merge:
        return value
    items = known if isinstance(known, list) else []
    _check_order(value, order, _named(field))
    if field.merge == "+":
        merged = [*items, *(item for item in value if item not in items)]
        return _ordered(merged, items, order if isinstance(order, list) else value, _itself)
    return _merge_items(items, value, field, order)


def _check_order(changes: list[Any], order: Any, name: Any) -> None:
    """What a list changes comes in the order that the patch sets for it."""
    if not isinstance(order, list):
        return
    wanted = iter([name(item) for item in order])
    for change in changes:
        if isinstance(change, dict) and "$patch" in change:
            continue
        if not any(name(change) == place for place in wanted):
            raise bad_request("The order in patch list doesn't match $setElementOrder list")


def _merge_items(items: list[Any], changes: list[Any], field: Field, order: Any) -> list[Any]:
    key, struct = field.merge, field.struct
    if any(isinstance(change, dict) and change.get("$patch") == "replace" for change in changes):
        return [_added(change, struct) for change in changes if change.get("$patch") != "replace"]
    result = list(items)
    for change in changes:
        if not isinstance(change, dict) or key not in change:
            raise bad_request(f"map: {change!r:.200} does not contain declared merge key: {key}")
        directive = change.get("$patch")
        if directive == "merge":
            raise bad_request("merging lists cannot yet be specified in the patch")
        if directive not in (None, "delete"):
            raise bad_request(f"unknown patch type: {directive} in map")
        places = [index for index, item in enumerate(result) if isinstance(item, dict) and item.get(key) == change[key]]
        if directive == "delete":
            result = [item for index, item in enumerate(result) if index not in places]
        elif places:
            merged = _merge_struct(result[places[0]], change, struct)
            result[places[0]] = result[places[0]] if merged == result[places[0]] else merged
        else:
            result.append(_added(change, struct))
    kept = [change for change in changes if "$patch" not in change]
    return _ordered(result, items, order if isinstance(order, list) else kept, _named(field))


def _added(change: Obj, struct: str) -> Any:
    return _without_directives(_merge_struct({}, change, struct))


def _itself(item: Any) -> Any:
    return item


def _named(field: Field) -> Any:
    """How an item of a merged list is told from the others."""
    if field.merge == "+":
        return _itself
    return lambda item: item.get(field.merge) if isinstance(item, dict) else None


def _ordered(merged: list[Any], before: list[Any], order: list[Any], name: Any) -> list[Any]:
    """Items that `order` names come in its order, the others in theirs; between the two, those go first that did before."""
    wanted, known = [name(item) for item in order], [name(item) for item in before]
    patched = sorted((item for item in merged if name(item) in wanted), key=lambda item: wanted.index(name(item)))
    others = [item for item in merged if name(item) not in wanted]
    result: list[Any] = []
    while patched and others:
        left, right = name(others[0]), name(patched[0])
        first = left in known and right in known and known.index(left) < known.index(right)
        result.append((others if first else patched).pop(0))
    return result + patched + others


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
        # What stays in the order of what is wanted, then what goes.
        places = {place: index for index, place in enumerate(wanted)}
        patch[name] = [changes[place] for place in sorted(changes, key=lambda place: places.get(place, len(places)))]
        patch[ORDER + name] = [{key: item.get(key)} for item in modified if isinstance(item, dict)]
