"""JSON patch (RFC 6902). The object is never changed: what a patch touches is copied once.

Upstream: `evanphx/json-patch`, apiserver `endpoints/handlers/patch.go`. An operation that does not apply is refused without a reason, as
upstream refuses it. Real Kubernetes also counts negative places in a list from its end.
"""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.errors import ApiError, bad_request

OPERATIONS_MAX = 10_000
COPIED_BYTES_MAX = 3 * 1024 * 1024
FIELDS = ("op", "path", "from", "value")
REFUSED = "the server rejected our request due to an error in our request"
NOT_JSON = "error decoding patch: json: cannot unmarshal"
WORDS: dict[type, str] = {str: "string", bool: "bool", int: "number", float: "number", dict: "object", list: "array"}


class DoesNotApplyError(Exception):
    """An operation that cannot be done on this object."""


def json_patch(obj: Any, operations: Any) -> Any:
    """The object with every operation done. Raises 400 for what is no patch, 422 for one that does not apply, 413 for too many."""
    _check(operations)
    document = _Document(obj)
    try:
        for operation in operations:
            document.operate(operation)
    except (DoesNotApplyError, KeyError, IndexError) as error:
        raise ApiError(422, "Invalid", REFUSED, {}) from error
    return document.root


def unknown_fields(operations: list[Any]) -> list[str]:
    """What a strict decoder says of the operations: fields that there are not."""
    return [
        f'json patch unknown field "[{place}].{name}"'
        for place, operation in enumerate(operations)
        for name in operation
        if name not in FIELDS
    ]


def _check(operations: Any) -> None:
    """The types of a patch; the words are those of Go's decoder."""
    if not isinstance(operations, list):
        raise bad_request(f"{NOT_JSON} {_word(operations)} into Go value of type []handlers.jsonPatchOp")
    if len(operations) > OPERATIONS_MAX:
        text = f"The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {len(operations)}"
        raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: {text}")
    for operation in operations:
        if not isinstance(operation, dict):
            raise bad_request(f"{NOT_JSON} {_word(operation)} into Go value of type handlers.jsonPatchOp")
        for name in ("op", "path", "from"):
            value = operation.get(name)
            if value is not None and not isinstance(value, str):
                place = f"Go struct field jsonPatchOp.{name} of type string"
                raise bad_request(f"{NOT_JSON} {_word(value)} into {place}")


def _word(value: Any) -> str:
    return WORDS.get(type(value), "null")


class _Document:
    """An object that is being patched. `owned` are the containers that only it has, by their id: those may be changed in place."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.owned: dict[int, Any] = {}
        self.copied = 0

    def operate(self, operation: dict[str, Any]) -> None:
        verb, path = operation.get("op"), _pointer(operation.get("path"))
        if verb in ("add", "replace"):
            if "value" not in operation:
                raise DoesNotApplyError("no value")
            self.put(path, operation["value"], verb == "replace")
        elif verb == "remove":
            self.remove(path)
        elif verb == "move":
            source = _pointer(operation.get("from"))
            value = self.read(source)
            self.remove(source)
            self.put(path, value, False)
        elif verb == "copy":
            value = self.read(_pointer(operation.get("from")))
            self.count(value)
            # What is now in two places belongs to neither.
            self.owned.clear()
            self.put(path, value, False)
        elif verb == "test":
            if not _same(self.read(path), operation.get("value")):
                raise DoesNotApplyError("test failed")
        else:
            raise DoesNotApplyError(f"unexpected kind: {verb}")

    def count(self, value: Any) -> None:
        """Copies make a small patch a large object."""
        self.copied += len(json.dumps(value))
        if self.copied > COPIED_BYTES_MAX:
            raise DoesNotApplyError("the accumulated size of copies is over the limit")

    def read(self, path: list[str]) -> Any:
        found = self.root
        for name in path:
            found = found[_index(name, len(found))] if isinstance(found, list) else _member(found, name)
        return found

    def put(self, path: list[str], value: Any, replace: bool) -> None:
        here, name = self.parent(path), path[-1]
        if isinstance(here, dict):
            if replace and name not in here:
                raise DoesNotApplyError("missing key")
            here[name] = value
        elif replace:
            here[_index(name, len(here))] = value
        else:
            here.insert(len(here) if name == "-" else _index(name, len(here) + 1), value)

    def remove(self, path: list[str]) -> None:
        here, name = self.parent(path), path[-1]
        if isinstance(here, dict):
            del here[name]
        else:
            del here[_index(name, len(here))]

    def parent(self, path: list[str]) -> Any:
        """The container that the last part of a path is in, ready to be changed."""
        if not path:
            raise DoesNotApplyError("the path leads to no field")
        here = self.root = self.own(self.root)
        for name in path[:-1]:
            place: Any = _index(name, len(here)) if isinstance(here, list) else name
            inner = self.own(here[place])
            here[place] = inner
            here = inner
        return here

    def own(self, value: Any) -> Any:
        if id(value) in self.owned:
            return value
        if not isinstance(value, dict | list):
            raise DoesNotApplyError("a value that has no fields")
        copy = dict(value) if isinstance(value, dict) else list(value)
        self.owned[id(copy)] = copy
        return copy


def _pointer(path: Any) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise DoesNotApplyError(f"{path!r} is not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _index(name: str, length: int) -> int:
    """A place in a list of `length` possible ones."""
    if not name.isascii() or not name.isdigit() or (name != "0" and name.startswith("0")) or int(name[:9]) >= length:
        raise DoesNotApplyError(f"invalid index: {name}")
    return int(name[:9])


def _member(obj: Any, name: str) -> Any:
    if not isinstance(obj, dict):
        raise DoesNotApplyError(f"{name} is asked of a value that has no fields")
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
