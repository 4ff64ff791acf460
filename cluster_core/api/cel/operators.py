"""Operators of CEL. Upstream: cel-go `common/stdlib`, `common/types`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from cluster_core.api.cel.function import FUNCTIONS, function, no_overload, size_of, traversal
from cluster_core.api.cel.problem import CostExceeded, EvalError
from cluster_core.api.cel.values import (
    NONE,
    Duration,
    MapList,
    Optional,
    SetList,
    Timestamp,
    UInt,
    checked_duration,
    checked_int,
    checked_time,
    checked_uint,
    equal,
    is_number,
    shown_double,
    type_name,
)

# No value that an expression builds is compared or printed beyond so many parts: they may share parts, so that a small
# expression can stand for an endless one.
PARTS_MAX = 50_000
ORDERINGS: dict[str, Callable[[Any, Any], Any]] = {
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}
ORDERED = ("bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration")
MIXED = tuple(f"{a}, {b} -> bool" for a in ("int", "uint", "double") for b in ("int", "uint", "double") if a != b)


def deep_size(value: Any, most: int = PARTS_MAX) -> int:
    """How many parts a value has, with all below it, counting ten letters as one. Raises CostExceeded beyond `most`."""
    if isinstance(value, str | bytes):
        return traversal(len(value)) or 1
    if not isinstance(value, list | dict):
        return deep_size(value.value, most) if isinstance(value, Optional) else 1
    total = 1
    for part in value if isinstance(value, list) else value.values():
        total += deep_size(part, most - total)
        if total > most:
            raise CostExceeded
    return total


def comparison(first: Any, second: Any) -> int:
    """The cost of comparing two values."""
    if not isinstance(first, list | dict) or not isinstance(second, list | dict):
        return max(1, traversal(min(size_of(first), size_of(second))))
    return min(deep_size(first), deep_size(second))


def smaller(first: Any, second: Any) -> int:
    """The cost of ordering two values."""
    return max(1, traversal(min(size_of(first), size_of(second))))


def _concatenation(first: Any, second: Any) -> int:
    if isinstance(first, SetList | MapList):
        return deep_size(first) * (1 + traversal(size_of(second))) + size_of(second)
    return max(1, traversal(size_of(first) + size_of(second))) if isinstance(first, str | bytes | list) else 1


@function(
    "_+_",
    *("int, int -> int", "uint, uint -> uint", "double, double -> double", "string, string -> string"),
    *("bytes, bytes -> bytes", "list(A), list(A) -> list(A)", "timestamp, duration -> timestamp"),
    *("duration, timestamp -> timestamp", "duration, duration -> duration"),
    cost=_concatenation,
)
def add(first: Any, second: Any) -> Any:
    """Sum, concatenation, or a time later."""
    if isinstance(first, Timestamp | Duration) or isinstance(second, Timestamp | Duration):
        return _add_time(first, second)
    if isinstance(first, SetList):
        return SetList([*first, *(one for one in second if not any(equal(one, other) for other in first))])
    if isinstance(first, MapList):
        return merged(first, second)
    return _arithmetic(first, second, operator.add)


def merged(first: MapList, second: list[Any]) -> MapList:
    """The first list with the items of the second: those with the same keys take their places, others come last."""

    def key_of(item: Any) -> tuple[str, ...]:
        return tuple(repr(item.get(key)) for key in first.keys)

    newer = {key_of(item): item for item in second}
    result = MapList([newer.pop(key_of(item), item) for item in first] + list(newer.values()))
    result.keys = first.keys
    return result


def _add_time(first: Any, second: Any) -> Any:
    total = first.ns + second.ns
    return checked_duration(total) if type(first) is type(second) else checked_time(total)


@function(
    "_-_",
    *("int, int -> int", "uint, uint -> uint", "double, double -> double", "timestamp, timestamp -> duration"),
    *("timestamp, duration -> timestamp", "duration, duration -> duration"),
)
def subtract(first: Any, second: Any) -> Any:
    """Difference."""
    if isinstance(first, Timestamp | Duration):
        left = first.ns - second.ns
        return checked_duration(left) if type(first) is type(second) else checked_time(left)
    return _arithmetic(first, second, operator.sub)


@function("_*_", "int, int -> int", "uint, uint -> uint", "double, double -> double")
def multiply(first: Any, second: Any) -> Any:
    """Product."""
    return _arithmetic(first, second, operator.mul)


@function("_/_", "int, int -> int", "uint, uint -> uint", "double, double -> double")
def divide(first: Any, second: Any) -> Any:
    """Quotient; whole numbers round towards zero."""
    if isinstance(first, float):
        return _float_quotient(first, second)
    if second == 0:
        raise EvalError("division by zero")
    return _arithmetic(first, second, _truncated)


@function("_%_", "int, int -> int", "uint, uint -> uint")
def modulo(first: Any, second: Any) -> Any:
    """Remainder, with the sign of the first."""
    if second == 0:
        raise EvalError("modulus by zero")
    return _arithmetic(first, second, lambda a, b: a - b * _truncated(a, b))


def _truncated(first: int, second: int) -> int:
    quotient = abs(first) // abs(second)
    return quotient if (first < 0) == (second < 0) else -quotient


def _float_quotient(first: float, second: float) -> float:
    if second:
        return first / second
    if not first or first != first:
        return float("nan")
    return float("inf") if (first > 0) == (str(second)[0] != "-") else float("-inf")


def _arithmetic(first: Any, second: Any, operation: Callable[[Any, Any], Any]) -> Any:
    if isinstance(first, UInt):
        return checked_uint(operation(int(first), int(second)))
    if isinstance(first, int):
        return checked_int(operation(first, second))
    return operation(first, second)


@function("-_", "int -> int", "double -> double")
def negate(value: Any) -> Any:
    """The negative."""
    return checked_int(-value) if isinstance(value, int) else -value


@function("!_", "bool -> bool")
def invert(value: Any) -> bool:
    """Not."""
    return not value


@function("_==_", "A, A -> bool", cost=comparison)
def equals(first: Any, second: Any) -> bool:
    """Equality."""
    return equal(first, second)


@function("_!=_", "A, A -> bool", cost=comparison)
def differs(first: Any, second: Any) -> bool:
    """Inequality."""
    return not equal(first, second)


def compared(name: str, first: Any, second: Any) -> bool:
    """One of < <= > >=. Raises EvalError for what has no order."""
    if is_number(first) and is_number(second):
        if first != first or second != second:
            raise EvalError("NaN values cannot be ordered")
    elif type_name(first) != type_name(second) or isinstance(first, list | dict):
        raise no_overload(name, (first, second))
    return bool(ORDERINGS[name](first, second))


def _declare_orderings() -> None:
    for name in ORDERINGS:

        def ordering(first: Any, second: Any, name: str = name) -> bool:
            return compared(name, first, second)

        function(name, *(f"{one}, {one} -> bool" for one in ORDERED), *MIXED, cost=smaller)(ordering)


_declare_orderings()


def _search(_item: Any, within: Any) -> int:
    return max(1, deep_size(within)) if isinstance(within, list) else 1


@function("@in", "A, list(A) -> bool", "A, map(A, B) -> bool", cost=_search)
def contained(item: Any, within: Any) -> bool:
    """Whether a list has an item or a map a key."""
    if isinstance(within, dict):
        return isinstance(item, str | int | float) and item in within
    return any(equal(item, other) for other in within)


@function(
    "_[_]",
    *("list(A), int -> A", "map(A, B), A -> B", "optional(list(A)), int -> optional(A)"),
    "optional(map(A, B)), A -> optional(B)",
)
def indexed(value: Any, index: Any) -> Any:
    """An item or the value of a key. Raises EvalError when it is not there."""
    if isinstance(value, Optional):
        return found_at(value.value, index) if value.filled else NONE
    if isinstance(value, dict):
        if not isinstance(index, str | int | float) or index not in value:
            raise EvalError(f"no such key: {shown_key(index)}")
        return value[index]
    if not isinstance(value, list):
        raise no_overload("_[_]", (value, index))
    place = _place(index)
    if not 0 <= place < len(value):
        raise EvalError(f"index out of bounds: {place}")
    return value[place]


@function(
    "_[?_]",
    *("list(A), int -> optional(A)", "optional(list(A)), int -> optional(A)"),
    *("map(A, B), A -> optional(B)", "optional(map(A, B)), A -> optional(B)"),
)
def found_at(value: Any, index: Any) -> Optional:
    """An item or the value of a key, if it is there."""
    if isinstance(value, Optional):
        return found_at(value.value, index) if value.filled else NONE
    if isinstance(value, dict):
        return Optional(True, value[index]) if isinstance(index, str | int | float) and index in value else NONE
    if not isinstance(value, list):
        raise no_overload("_[?_]", (value, index))
    place = _place(index)
    return Optional(True, value[place]) if 0 <= place < len(value) else NONE


def _place(index: Any) -> int:
    if isinstance(index, bool) or not isinstance(index, int | float) or index != int(index):
        raise EvalError(f"unsupported index type '{type_name(index)}' in list")
    return int(index)


def shown_key(key: Any) -> str:
    """A key as errors name it."""
    if isinstance(key, bool):
        return str(key).lower()
    return shown_double(key) if isinstance(key, float) else str(key)


FUNCTIONS["_[_]"].checks_itself = FUNCTIONS["_[?_]"].checks_itself = True
function("_?_:_", "bool, A, A -> A")(lambda condition, yes, no: yes if condition else no)
function("_&&_", "bool, bool -> bool")(lambda *terms: all(terms))
function("_||_", "bool, bool -> bool")(lambda *terms: any(terms))
