"""Checks of single fields that many kinds share, in upstream's words.

Upstream: apimachinery `api/validation`, `util/validation`; `pkg/apis/apps/validation` for whole numbers and percentages.
Fields that are not pointers in Go are unset when they are empty, zero or false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from cluster_core.api import quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.request import Obj

IMMUTABLE = "field is immutable"
NOT_NEGATIVE = "must be greater than or equal to 0"
PERCENT = re.compile(r"[0-9]+%")
PERCENT_WORDS = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
    "regex used for validation is '[0-9]+%')"
)
DIGITS_MAX = 18


def named(value: str, rule: Callable[[str], tuple[str, ...]], path: str) -> list[Cause]:
    """The causes that a rule of names finds."""
    return [Cause(path, "Invalid", words, value) for words in rule(value)]


def must_be_named(obj: Obj, field: str, rule: Callable[[str], tuple[str, ...]], path: str) -> list[Cause]:
    """A text that must be there and follow a rule of names."""
    value = obj.get(field)
    return named(value, rule, f"{path}.{field}") if value else [Cause(f"{path}.{field}", "Required")]


def required(obj: Obj, path: str, *fields: str) -> list[Cause]:
    """Fields that must be there and not empty."""
    prefix = f"{path}." if path else ""
    return [Cause(f"{prefix}{field}", "Required") for field in fields if not obj.get(field)]


def choice(value: Any, values: Iterable[str], path: str) -> list[Cause]:
    """One of some words; an unset one is none."""
    if value is None or value in (listed := tuple(values)):
        return []
    return [Cause(path, "NotSupported", supported(*listed), value)]


def must_choose(value: Any, values: Iterable[str], path: str) -> list[Cause]:
    """One of some words; it must be set."""
    return choice(value, values, path) if value else [Cause(path, "Required")]


def non_negative(value: Any, path: str) -> list[Cause]:
    """A number from 0 on; an unset one is none."""
    return [Cause(path, "Invalid", NOT_NEGATIVE, value)] if (value or 0) < 0 else []


def positive(value: Any, path: str) -> list[Cause]:
    """A number above 0; an unset one is 0."""
    return [] if (value or 0) > 0 else [Cause(path, "Invalid", "must be greater than zero", value or 0)]


def between(value: int, low: int, high: int, path: str) -> list[Cause]:
    """A number between two others, both inclusive."""
    if low <= value <= high:
        return []
    return [Cause(path, "Invalid", f"must be between {low} and {high}, inclusive", value)]


def user_id(value: int | None, path: str) -> list[Cause]:
    """The number of a user or of a group."""
    return [] if value is None else between(value, 0, 2**31 - 1, path)


def too_long(path: str, most: int) -> Cause:
    """A text of more than `most` bytes."""
    return Cause(path, "TooLong", f"may not be more than {most} bytes")


def too_many(items: Any, most: int, path: str) -> list[Cause]:
    """A list of more than `most` items."""
    count = len(items or ())
    return [Cause(path, "TooMany", f"must have at most {most} items", count)] if count > most else []


def not_a_quantity_below_zero(value: Any, path: str) -> list[Cause]:
    """An amount from 0 on."""
    return [] if quantity.parse(value) >= 0 else [Cause(path, "Invalid", NOT_NEGATIVE, quantity.canonical(value))]


def quantity_above_zero(value: Any, path: str) -> list[Cause]:
    """An amount above 0."""
    words = "must be greater than zero"
    return [] if quantity.parse(value) > 0 else [Cause(path, "Invalid", words, quantity.canonical(value))]


def int_or_percent(value: Any, path: str) -> list[Cause]:
    """A whole number from 0 on or a percentage."""
    if isinstance(value, str):
        fits = PERCENT.fullmatch(value) and len(value) <= DIGITS_MAX
        return [] if fits else [Cause(path, "Invalid", PERCENT_WORDS, value)]
    return non_negative(value, path)


def not_over_100_percent(value: Any, path: str) -> list[Cause]:
    """A percentage of at most 100 %; a plain number is none."""
    if isinstance(value, str) and PERCENT.fullmatch(value) and share(value) > 100:
        return [Cause(path, "Invalid", "must not be greater than 100%", value)]
    return []


def share(value: Any) -> int:
    """The number of a whole number or a percentage: 25 of "25%"; 0 of what is neither."""
    if isinstance(value, str):
        return int(value[:-1]) if PERCENT.fullmatch(value) and len(value) <= DIGITS_MAX else 0
    return int(value or 0)


def immutable(new: Any, old: Any, path: str) -> list[Cause]:
    """A field that an update may not change."""
    return [] if same(new, old) else [Cause(path, "Invalid", IMMUTABLE, new)]


def same(new: Any, old: Any) -> bool:
    """Equal as upstream's semantic equality sees it: an empty list or map is as good as none.

    Real Kubernetes tells an empty struct from none; here it does not.
    """
    return new is old or bool(new == old) or _without_empty(new) == _without_empty(old)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        found = {name: _without_empty(part) for name, part in value.items()}
        return {name: part for name, part in found.items() if part is not None} or None
    if isinstance(value, list):
        return [_without_empty(part) for part in value] or None
    return value


def duplicates(values: Iterable[Any], path: str, field: str = "") -> list[Cause]:
    """Values of a list that were there before."""
    seen: list[Any] = []
    causes: list[Cause] = []
    for index, value in enumerate(values):
        if value in seen:
            causes.append(Cause(f"{path}[{index}]{field}", "Duplicate", "", value))
        seen.append(value)
    return causes
