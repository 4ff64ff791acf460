"""JSON merge patch (RFC 7396) and JSON patch (RFC 6902)."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import ApiError, bad_request

OPERATIONS_MAX = 10_000
COPIES_MAX = 100_000


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
    """RFC 6902. Raises 422 when an operation does not apply, 413 when copies make the object too large."""
    if not isinstance(operations, list):
        raise bad_request("a JSON patch is a list of operations")
    if len(operations) > OPERATIONS_MAX:
        text = f"The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {len(operations)}"
        raise ApiError(413, "RequestEntityTooLarge", text)
    copied = 0
    for operation in operations:
        if isinstance(operation, dict) and operation.get("op") == "copy":
            copied += _copied(obj, operation, COPIES_MAX - copied)
        obj = _operate(obj, operation)
    return obj


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
            if not _same(_read(obj, path), operation.get("value")):
                raise _refused(f"testing value {operation['path']} failed: test failed")
            return obj
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _refused(str(error)) from error
    raise _refused(f"Unexpected kind: {verb}")


def _refused(why: str) -> ApiError:
    return ApiError(422, "Invalid", f"the server rejected our request due to an error in our request: {why}")


def _copied(obj: Any, operation: dict[str, Any], budget: int) -> int:
    """How many values a copy adds; shared parts make a copy cheap here, but not for whoever reads it."""
    try:
        value = _read(obj, _pointer(operation["from"]))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _refused(str(error)) from error
    count, todo = 0, [value]
    while todo:
        part = todo.pop()
        count += 1
        if count > budget:
            text = "Unable to complete the copy, the accumulated size increase of copies is over the limit"
            raise ApiError(413, "RequestEntityTooLarge", text)
        todo.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())
    return count


def _pointer(path: Any) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise ValueError(f"{path!r} is not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _index(name: str, length: int) -> int:
    """A place in a list of `length` possible ones; Python's negative indices are none of JSON's."""
    if not name.isascii() or not name.isdigit() or (name != "0" and name.startswith("0")) or int(name[:9]) >= length:
        raise IndexError(f"Unable to access invalid index: {name}")
    return int(name)


def _read(obj: Any, path: list[str]) -> Any:
    for name in path:
        obj = obj[_index(name, len(obj))] if isinstance(obj, list) else _member(obj, name)
    return obj


def _member(obj: Any, name: str) -> Any:
    if not isinstance(obj, dict):
        raise TypeError(f"{name} is asked of a value that has no fields")
    return obj[name]


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(value, right[name]) for name, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right)


def _at(obj: Any, path: list[str], change: Any) -> Any:
    if not isinstance(obj, dict | list) or not path:
        raise TypeError("the path does not lead to a field")
    copy = list(obj) if isinstance(obj, list) else dict(obj)
    if len(path) == 1:
        change(copy, path[0])
        return copy
    place: Any = _index(path[0], len(copy)) if isinstance(copy, list) else path[0]
    copy[place] = _at(copy[place], path[1:], change)
    return copy


def _put(here: Any, name: str, value: Any, verb: str) -> None:
    if isinstance(here, list):
        if verb == "replace":
            here[_index(name, len(here))] = value
        else:
            here.insert(len(here) if name == "-" else _index(name, len(here) + 1), value)
    else:
        if verb == "replace" and name not in here:
            raise KeyError(name)
        here[name] = value


def _remove(here: Any, name: str) -> None:
    del here[_index(name, len(here)) if isinstance(here, list) else name]
