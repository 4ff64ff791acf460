"""Optional values and sets in CEL. Upstream: cel-go `cel/library.go`, `ext/sets.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.cel.function import function, size_of
from cluster_core.api.cel.operators import deep_size
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import NONE, Duration, Optional, Timestamp, equal


@function("optional.of", "A -> optional(A)")
def optional_value(value: Any) -> Optional:
    """An optional that has a value."""
    return Optional(True, value)


@function("optional.none", "-> optional(A)")
def optional_none() -> Optional:
    """An optional without a value."""
    return NONE


@function("optional.ofNonZeroValue", "A -> optional(A)")
def optional_of_non_zero(value: Any) -> Optional:
    """An optional of anything but the empty value of its type."""
    empty = value is None or (isinstance(value, str | bytes | list | dict | int | float) and not value)
    return NONE if empty or value == Duration(0) or value == Timestamp(0) else Optional(True, value)


@function("hasValue", members=("optional(A) -> bool",))
def has_value(value: Optional) -> bool:
    """Whether an optional has a value."""
    return value.filled


@function("value", members=("optional(A) -> A",))
def value_of(value: Optional) -> Any:
    """The value of an optional; an error if it has none."""
    if not value.filled:
        raise EvalError("optional.none() dereference")
    return value.value


@function("or", members=("optional(A), optional(A) -> optional(A)",))
def either(value: Optional, other: Optional) -> Optional:
    """The first optional that has a value."""
    return value if value.filled else other


@function("orValue", members=("optional(A), A -> A",))
def or_value(value: Optional, other: Any) -> Any:
    """The value of an optional, or another one."""
    return value.value if value.filled else other


def _product(first: Any, second: Any) -> int:
    return max(1, deep_size(first) * max(1, size_of(second)))


@function("sets.contains", "list(A), list(A) -> bool", cost=_product)
def set_contains(first: list[Any], second: list[Any]) -> bool:
    """Whether a list has every item of another."""
    return all(any(equal(item, other) for other in first) for item in second)


@function("sets.equivalent", "list(A), list(A) -> bool", cost=_product)
def set_equivalent(first: list[Any], second: list[Any]) -> bool:
    """Whether two lists have the same items."""
    return set_contains(first, second) and set_contains(second, first)


@function("sets.intersects", "list(A), list(A) -> bool", cost=_product)
def set_intersects(first: list[Any], second: list[Any]) -> bool:
    """Whether two lists have an item in common."""
    return any(any(equal(item, other) for other in first) for item in second)
