"""Patches: JSON merge patch (RFC 7396), JSON patch (RFC 6902), strategic merge patch, and what `kubectl apply` computes."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj

OPERATIONS_MAX = 10_000

# Lists of objects that merge by a key, by the name of the field. Upstream: patchMergeKey in `pkg/apis/*/types.go`.
MERGE_KEYS: dict[str, str] = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "conditions": "type",
    "ownerReferences": "uid",
    "addresses": "type",
    "taints": "key",
    "secrets": "name",
    "podIPs": "ip",
    "hostIPs": "ip",
}
PRIMITIVE_MERGED = ("finalizers", "podCIDRs")


def merge_patch(obj: Any, patch: Any) -> Any:
    """RFC 7396: null removes, objects merge, everything else replaces. Unchanged parts are shared."""
    if not isinstance(patch, dict):
        return patch
    result = dict(obj) if isinstance(obj, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            merged = merge_patch(result.get(name), value)
            if merged != result.get(name) or name not in result:
                result[name] = merged
    return result


def json_patch(obj: Any, operations: Any) -> Any:
    """RFC 6902."""
    if not isinstance(operations, list) or len(operations) > OPERATIONS_MAX:
        raise bad_request(f"a JSON patch is a list of at most {OPERATIONS_MAX} operations")
    for operation in operations:
        obj = _operate(obj, operation)
    return obj


def strategic_merge_patch(obj: Any, patch: Any, kind: Kind | None = None) -> Any:
    """Kubernetes' strategic merge: lists with a merge key merge by it; $patch: delete | replace and $retainKeys obeyed."""
    return _strategic(obj, patch, "")


def three_way_patch(original: Obj, modified: Obj, current: Obj, kind: Kind | None = None) -> Obj:
    """The strategic merge patch that `kubectl apply` sends: additions against the live object, deletions against the last applied."""
    patch: Obj = _changes(current, modified)
    _deletions(original, modified, current, patch)
    return patch


def merge_key(field: str, items: list[Any]) -> str | None:
    """The merge key of a list field, or None if the list is atomic."""
    if field == "ports":
        first = next((item for item in items if isinstance(item, dict)), {})
        return "containerPort" if "containerPort" in first else "port"
    return MERGE_KEYS.get(field)


def _strategic(obj: Any, patch: Any, field: str) -> Any:
    if isinstance(patch, list):
        return _strategic_list(obj if isinstance(obj, list) else [], patch, field)
    if not isinstance(patch, dict):
        return patch
    if patch.get("$patch") == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    result = dict(obj) if isinstance(obj, dict) else {}
    retained = patch.get("$retainKeys")
    if isinstance(retained, list):
        result = {name: value for name, value in result.items() if name in retained}
    for name, value in patch.items():
        if name.startswith("$deleteFromPrimitiveList/"):
            target = name.partition("/")[2]
            result[target] = [item for item in result.get(target, ()) if item not in value]
        elif name.startswith("$"):
            continue
        elif value is None:
            result.pop(name, None)
        else:
            merged = _strategic(result.get(name), value, name)
            if merged != result.get(name) or name not in result:
                result[name] = merged
    return result


def _strategic_list(items: list[Any], patch: list[Any], field: str) -> list[Any]:
    if field in PRIMITIVE_MERGED:
        return [*items, *(item for item in patch if item not in items)]
    key = merge_key(field, [*items, *patch])
    if key is None:
        return patch
    if any(isinstance(item, dict) and item.get("$patch") == "replace" for item in patch):
        return [item for item in patch if item.get("$patch") != "replace"]
    result = list(items)
    for change in patch:
        if not isinstance(change, dict) or key not in change:
            raise bad_request(f"map: {change!r} does not contain declared merge key: {key}")
        place = next((index for index, item in enumerate(result) if item.get(key) == change[key]), None)
        if change.get("$patch") == "delete":
            if place is not None:
                del result[place]
        elif place is None:
            result.append(_strategic({}, change, ""))
        else:
            result[place] = _strategic(result[place], change, "")
    return result


def _changes(current: Any, modified: Obj) -> Obj:
    patch: Obj = {}
    for name, value in modified.items():
        if value is None:
            continue
        known = current.get(name) if isinstance(current, dict) else None
        if isinstance(value, dict):
            inner = _changes(known or {}, value)
            if inner or known is None:
                patch[name] = inner
        elif isinstance(value, list):
            changed = _changed_items(known or [], value, name)
            if changed or (known is None and not value):
                patch[name] = changed
        elif known != value:
            patch[name] = value
    return patch


def _changed_items(known: list[Any], value: list[Any], field: str) -> list[Any]:
    key = merge_key(field, [*known, *value])
    if key is None:
        return value if known != value else []
    by_key = {item.get(key): item for item in known}
    changed = []
    for item in value:
        there = by_key.get(item.get(key))
        inner = _changes(there, item) if there is not None else item
        if inner:
            changed.append({key: item.get(key), **inner})
    return changed


def _deletions(original: Any, modified: Any, current: Any, patch: Obj) -> None:
    for name, value in original.items():
        if not isinstance(current, dict) or name not in current:
            continue
        if name not in modified:
            patch[name] = None
        elif isinstance(value, dict) and isinstance(modified[name], dict):
            inner = patch.get(name) if isinstance(patch.get(name), dict) else {}
            assert isinstance(inner, dict)
            _deletions(value, modified[name], current[name], inner)
            if inner:
                patch[name] = inner
        elif isinstance(value, list) and isinstance(modified[name], list):
            gone = _deleted_items(value, modified[name], current[name], name)
            if gone:
                patch[name] = [*patch.get(name, []), *gone]


def _deleted_items(original: list[Any], modified: list[Any], current: list[Any], field: str) -> list[Any]:
    key = merge_key(field, [*original, *modified])
    if key is None:
        return []
    kept = [item.get(key) for item in modified]
    there = [item.get(key) for item in current]
    return [
        {"$patch": "delete", key: item.get(key)}
        for item in original
        if item.get(key) not in kept and item.get(key) in there
    ]


def _operate(obj: Any, operation: Any) -> Any:
    try:
        verb, path = operation["op"], _pointer(operation["path"])
        if verb in ("add", "replace"):
            return _at(obj, path, lambda here, name: _put(here, name, operation["value"], verb))
        if verb == "remove":
            return _at(obj, path, _remove)
        if verb in ("move", "copy"):
            source = _pointer(operation["from"])
            value = _read(obj, source)
            obj = _at(obj, source, _remove) if verb == "move" else obj
            return _at(obj, path, lambda here, name: _put(here, name, value, "add"))
        if verb == "test":
            if _read(obj, path) != operation["value"]:
                raise ApiError(422, "Invalid", f"testing value {operation['path']} failed: test failed")
            return obj
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ApiError(
            422, "Invalid", f"the server rejected our request due to an error in our request: {error}"
        ) from error
    raise bad_request(f"Unexpected kind: {verb}")


def _pointer(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _read(obj: Any, path: list[str]) -> Any:
    for name in path:
        obj = obj[int(name)] if isinstance(obj, list) else obj[name]
    return obj


def _at(obj: Any, path: list[str], change: Any) -> Any:
    copy = list(obj) if isinstance(obj, list) else dict(obj)
    if len(path) == 1:
        change(copy, path[0])
        return copy
    place: Any = int(path[0]) if isinstance(copy, list) else path[0]
    copy[place] = _at(copy[place], path[1:], change)
    return copy


def _put(here: Any, name: str, value: Any, verb: str) -> None:
    if isinstance(here, list):
        if verb == "replace":
            here[int(name)] = value
        else:
            here.insert(len(here) if name == "-" else int(name), value)
    else:
        if verb == "replace" and name not in here:
            raise KeyError(name)
        here[name] = value


def _remove(here: Any, name: str) -> None:
    del here[int(name) if isinstance(here, list) else name]
