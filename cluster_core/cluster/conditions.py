"""Conditions over the cluster's objects, for `advance until` and for scenario scripts: a small subset of CEL.

Grammar: comparisons (== != < <= > >=) joined by && and ||, negated by !, of integers, 'texts', true/false and
`kind('name')` or `kind('namespace/name')` followed by a field path; `all(kinds, path == value)` is not needed because
`available()` and `ready()` say "every Deployment is available" and "every pod is Ready or finished". A missing field is 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.objects import condition as object_condition
from cluster_core.api.request import Obj

Lookup = Callable[[str], dict[str, Obj]]
LENGTH_MAX = 500
DEPTH_MAX = 16

_TOKEN = re.compile(r"\s*(?:(\d+)|'([^']*)'|\"([^\"]*)\"|(&&|\|\||[=!<>]=|[<>!().])|([A-Za-z][A-Za-z0-9_-]*))")
_NAMED = {
    "all-deployments-available": "available()",
    "all-pods-ready": "ready()",
}


class ConditionError(Exception):
    """A condition that cannot be read; says where."""


@dataclass(slots=True)
class Condition:
    """A parsed condition: nested tuples (operator, operands…)."""

    text: str
    tree: tuple[Any, ...]

    def holds(self, lookup: Lookup) -> bool:
        """Whether it is true of the objects that `lookup(resource)` gives by key."""
        return bool(_value(self.tree, lookup))

    def resources(self) -> list[str]:
        """The resources that it looks at."""
        return sorted(set(_resources(self.tree)))


def parse_condition(text: str) -> Condition:
    """Read a condition; names such as all-deployments-available are accepted too."""
    if len(text) > LENGTH_MAX:
        raise ConditionError(f"condition is longer than {LENGTH_MAX} characters")
    source = _NAMED.get(text.strip(), text)
    parser = _Parser(source)
    tree = parser.either(0)
    parser.end()
    return Condition(text, tree)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.place = 0
        position = 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                position += len(text[position:]) - len(text[position:].lstrip())
                raise ConditionError(f"unexpected character {text[position]!r} at column {position + 1}")
            number, single, double, operator, word = match.groups()
            quoted = single if single is not None else double
            if number is not None:
                self.tokens.append(("number", number))
            elif quoted is not None:
                self.tokens.append(("text", quoted))
            else:
                self.tokens.append(("operator", operator) if operator else ("word", word))
            position = match.end()

    def either(self, depth: int) -> tuple[Any, ...]:
        left = self.both(depth)
        while self.accept("||"):
            left = ("or", left, self.both(depth))
        return left

    def both(self, depth: int) -> tuple[Any, ...]:
        left = self.comparison(depth)
        while self.accept("&&"):
            left = ("and", left, self.comparison(depth))
        return left

    def comparison(self, depth: int) -> tuple[Any, ...]:
        if depth > DEPTH_MAX:
            raise ConditionError(f"condition is nested deeper than {DEPTH_MAX}")
        if self.accept("!"):
            return ("not", self.comparison(depth + 1))
        left = self.operand(depth)
        for operator in ("==", "!=", "<=", ">=", "<", ">"):
            if self.accept(operator):
                return (operator, left, self.operand(depth))
        return left

    def operand(self, depth: int) -> tuple[Any, ...]:
        kind, value = self.take()
        if (kind, value) == ("operator", "("):
            inner = self.either(depth + 1)
            self.expect(")")
            return inner
        if kind == "number":
            return ("constant", int(value))
        if kind == "text" or value in ("true", "false"):
            return ("constant", value == "true" if kind == "word" else value)
        if kind != "word":
            raise ConditionError(f"unexpected {value!r}")
        return self.call(value)

    def call(self, word: str) -> tuple[Any, ...]:
        self.expect("(")
        if word in ("available", "ready"):
            self.expect(")")
            return (word,)
        try:
            kind = by_resource(word)
        except ApiError as error:
            raise ConditionError(error.message) from error
        quoted, name = self.take()
        if quoted != "text":
            raise ConditionError(f"{word}(…) needs a name in quotes")
        self.expect(")")
        key = name if "/" in name or not kind.namespaced else f"default/{name}"
        path: list[str] = []
        while self.accept("."):
            path.append(self.take()[1])
        return ("field", kind.resource, key, tuple(path))

    def take(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise ConditionError("condition ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def accept(self, operator: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place] == ("operator", operator):
            self.place += 1
            return True
        return False

    def expect(self, operator: str) -> None:
        if not self.accept(operator):
            raise ConditionError(f"expected {operator!r}")

    def end(self) -> None:
        if self.place != len(self.tokens):
            raise ConditionError(f"unexpected {self.tokens[self.place][1]!r}")


def _value(tree: tuple[Any, ...], lookup: Lookup) -> Any:
    operator, *rest = tree
    if operator == "constant":
        return rest[0]
    if operator == "field":
        return _field(lookup(rest[0]).get(rest[1]), rest[2])
    if operator in ("available", "ready"):
        return _all_available(lookup) if operator == "available" else _all_ready(lookup)
    if operator == "not":
        return not _value(rest[0], lookup)
    if operator in ("and", "or"):
        first = bool(_value(rest[0], lookup))
        return (
            (first and bool(_value(rest[1], lookup))) if operator == "and" else (first or bool(_value(rest[1], lookup)))
        )
    return _compare(operator, _value(rest[0], lookup), _value(rest[1], lookup))


def _compare(operator: str, left: Any, right: Any) -> bool:
    if operator == "==":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    if not (isinstance(left, int) and isinstance(right, int)):
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _field(obj: Obj | None, path: tuple[str, ...]) -> Any:
    value: Any = obj
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return 0 if value is None else value


def _all_available(lookup: Lookup) -> bool:
    for obj in lookup("deployments.apps").values():
        status, wanted = obj.get("status", {}), obj["spec"].get("replicas", 1)
        current = status.get("observedGeneration", 0) >= obj["metadata"].get("generation", 0)
        done = (
            status.get("updatedReplicas", 0)
            == status.get("availableReplicas", 0)
            == status.get("replicas", 0)
            == wanted
        )
        if not (current and done):
            return False
    return True


def _all_ready(lookup: Lookup) -> bool:
    for pod in lookup("pods").values():
        ready = object_condition(pod, "Ready")
        finished = pod.get("status", {}).get("phase") == "Succeeded"
        if not finished and (ready is None or ready["status"] != "True"):
            return False
    return True


def _resources(tree: tuple[Any, ...]) -> list[str]:
    operator, *rest = tree
    if operator == "field":
        return [rest[0]]
    if operator in ("available", "ready"):
        return ["deployments.apps" if operator == "available" else "pods"]
    return [name for part in rest if isinstance(part, tuple) for name in _resources(part)]
