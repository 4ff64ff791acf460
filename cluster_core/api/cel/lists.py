"""Functions of lists beyond the standard. Upstream: cel-go `ext/lists.go` (version 3), apiserver `pkg/cel/library/lists.go`."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from cluster_core.api.cel.function import function
from cluster_core.api.cel.operators import add, compared, deep_size, found_at
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import equal

COMPARABLE = ("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes")
SUMMABLE = ("int", "uint", "double", "duration")


def _whole_list(items: list[Any], *_more: Any) -> int:
    return max(1, deep_size(items))


@function("isSorted", members=tuple(f"list({one}) -> bool" for one in COMPARABLE), cost=_whole_list)
def is_sorted(items: list[Any]) -> bool:
    """Whether no item is smaller than the one before."""
    return all(compared("_<=_", first, second) for first, second in pairwise(items))


@function("sum", members=tuple(f"list({one}) -> {one}" for one in SUMMABLE), cost=_whole_list)
def total(items: list[Any]) -> Any:
    """The sum of the items; 0 of none."""
    if not items:
        return 0
    found = items[0]
    for item in items[1:]:
        found = add(found, item)
    return found


def _declare_extremes() -> None:
    for name, order in (("min", "_<_"), ("max", "_>_")):

        def extreme(items: list[Any], name: str = name, order: str = order) -> Any:
            if not items:
                raise EvalError(f"{name} called on empty list")
            found = items[0]
            for item in items[1:]:
                found = item if compared(order, item, found) else found
            return found

        function(name, members=tuple(f"list({one}) -> {one}" for one in COMPARABLE), cost=_whole_list)(extreme)


_declare_extremes()


def _copied(items: list[Any], *_more: Any) -> int:
    return max(1, len(items))


@function("slice", members=("list(A), int, int -> list(A)",), cost=_copied)
def slice_of(items: list[Any], start: int, end: int) -> list[Any]:
    """The items from one index up to another."""
    if start < 0 or end < 0:
        raise EvalError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise EvalError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > len(items):
        raise EvalError(f"cannot slice({start}, {end}), list is length {len(items)}")
    return items[start:end]


def _flat_cost(items: list[Any], *_more: Any) -> int:
    return max(1, deep_size(items))


@function("flatten", members=("list(dyn) -> list(dyn)", "list(dyn), int -> list(dyn)"), cost=_flat_cost)
def flatten(items: list[Any], level: int = 1) -> list[Any]:
    """With the items of nested lists in their places, down to a level."""
    if level < 0:
        raise EvalError("level must be non-negative")
    if level == 0:
        return items
    return [part for item in items for part in (flatten(item, level - 1) if isinstance(item, list) else [item])]


def _range_cost(count: int) -> int:
    return max(1, count)


@function("lists.range", "int -> list(int)", cost=_range_cost)
def counted(count: int) -> list[int]:
    """0, 1, 2 … up to a number."""
    return list(range(count))


def _pairs(items: list[Any]) -> int:
    return max(1, deep_size(items) * max(1, len(items)) // 10)


@function("distinct", members=("list(A) -> list(A)",), cost=_pairs)
def distinct(items: list[Any]) -> list[Any]:
    """Every item once."""
    found: list[Any] = []
    for item in items:
        if not any(equal(item, other) for other in found):
            found.append(item)
    return found


@function("reverse", members=("list(A) -> list(A)",), cost=_copied)
def reverse(items: list[Any]) -> list[Any]:
    """Backwards."""
    return items[::-1]


@function("sort", members=tuple(f"list({one}) -> list({one})" for one in COMPARABLE), cost=_whole_list)
def sort(items: list[Any]) -> list[Any]:
    """In order."""
    return sorted_by(items, items)


def sorted_by(items: list[Any], keys: list[Any]) -> list[Any]:
    """Items in the order of their keys. Raises EvalError for keys that have no order."""

    def order(first: tuple[int, Any], second: tuple[int, Any]) -> int:
        return -1 if compared("_<_", first[1], second[1]) else int(compared("_>_", first[1], second[1]))

    return [items[place] for place, _ in sorted(enumerate(keys), key=cmp_to_key(order))]


@function("first", members=("list(A) -> optional(A)",))
def first_of(items: list[Any]) -> Any:
    """The first item, if there is one."""
    return found_at(items, 0)


@function("last", members=("list(A) -> optional(A)",))
def last_of(items: list[Any]) -> Any:
    """The last item, if there is one."""
    return found_at(items, len(items) - 1)
