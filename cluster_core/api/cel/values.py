"""Values of CEL in Python: int, UInt, float, bool, str, bytes, None, list, dict, and the classes here.

Upstream: cel-go `common/types`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cluster_core.api.cel.problem import EvalError

INT_MIN, INT_MAX, UINT_MAX = -(2**63), 2**63 - 1, 2**64 - 1
SECOND = 1_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z.
TIME_MIN, TIME_MAX = -62135596800 * SECOND, 253402300800 * SECOND - 1
RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d)")
DURATION_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": SECOND, "m": 60 * SECOND}
UNITS["h"] = 3600 * SECOND


class UInt(int):
    """An unsigned 64-bit number, which CEL tells from a signed one."""


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """Nanoseconds since 1970 in UTC."""

    ns: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """Nanoseconds."""

    ns: int


@dataclass(frozen=True, slots=True)
class TypeValue:
    """What `type(x)` gives."""

    name: str


class SetList(list[Any]):
    """A list with x-kubernetes-list-type: set: its order does not count, and + makes the union."""


class MapList(list[Any]):
    """A list with x-kubernetes-list-type: map: items are known by their keys; + replaces those with the same keys."""

    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Optional:
    """optional.of(value), or optional.none()."""

    filled: bool
    value: Any = None


NONE = Optional(False)


def type_name(value: Any) -> str:
    """The name of a value's type, as `type(value)` shows it."""
    if value is None:
        return "null_type"
    if isinstance(value, list):
        return "list"
    found = NAMES.get(type(value))
    return found if found is not None else str(getattr(value, "cel_type", "map"))


NAMES: dict[type, str] = {
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    dict: "map",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    TypeValue: "type",
    Optional: "optional_type",
}


def is_number(value: Any) -> bool:
    """int, uint or double."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(first: Any, second: Any) -> bool:
    """CEL's equality: numbers of all kinds by value, true is not 1, lists and maps item by item."""
    if type(first) is type(second) and isinstance(first, str | int | bytes | float):
        return bool(first == second)
    if is_number(first):
        return is_number(second) and bool(first == second)
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, list):
        return isinstance(second, list) and _equal_lists(first, second)
    if isinstance(first, dict):
        return (
            isinstance(second, dict)
            and len(first) == len(second)
            and all(key in second and equal(value, second[key]) for key, value in first.items())
        )
    if isinstance(first, Optional) and isinstance(second, Optional):
        return first.filled == second.filled and equal(first.value, second.value)
    return type(first) is type(second) and bool(first == second)


def _equal_lists(first: list[Any], second: list[Any]) -> bool:
    if len(first) != len(second):
        return False
    if isinstance(first, SetList | MapList):
        return all(any(equal(one, other) for other in second) for one in first)
    return all(map(equal, first, second))


def checked_int(value: int) -> int:
    """A signed 64-bit number; raises "integer overflow"."""
    if not INT_MIN <= value <= INT_MAX:
        raise EvalError("integer overflow")
    return value


def checked_uint(value: int) -> UInt:
    """An unsigned 64-bit number; raises "unsigned integer overflow"."""
    if not 0 <= value <= UINT_MAX:
        raise EvalError("unsigned integer overflow")
    return UInt(value)


def checked_time(ns: int) -> Timestamp:
    """A time within years 1 to 9999; raises "timestamp overflow"."""
    if not TIME_MIN <= ns <= TIME_MAX:
        raise EvalError("timestamp overflow")
    return Timestamp(ns)


def checked_duration(ns: int) -> Duration:
    """A 64-bit count of nanoseconds; raises "duration overflow"."""
    if not INT_MIN <= ns <= INT_MAX:
        raise EvalError("duration overflow")
    return Duration(ns)


def parse_timestamp(text: str) -> Timestamp:
    """RFC 3339; raises with Go's words."""
    match = RFC_3339.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        moment = datetime.fromisoformat(match[1].upper() + match[3].upper().replace("Z", "+00:00"))
        seconds = (moment - EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError) as error:
        words = f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"'
        raise EvalError(words) from error
    return checked_time(seconds * SECOND + int((match[2] or "0")[:9].ljust(9, "0")))


def parse_date(text: str) -> Timestamp:
    """A day ("2006-01-02") as its first moment."""
    return parse_timestamp(f"{text}T00:00:00Z")


def parse_duration(text: str) -> Duration:
    """ "1h30m", as Go's time.ParseDuration reads it; raises with its words."""
    body = text[1:] if text[:1] in ("-", "+") else text
    if body == "0":
        return Duration(0)
    total, end = 0, 0
    for match in DURATION_PART.finditer(body):
        if match.start() != end:
            break
        whole, _, fraction = match[1].partition(".")
        unit = UNITS[match[2]]
        total += int(whole[:20] or "0") * unit + int(fraction[:18] or "0") * unit // 10 ** len(fraction[:18])
        end = match.end()
    if not body or end != len(body):
        raise EvalError(f'time: invalid duration "{text}"')
    if total > INT_MAX:
        raise EvalError(f'time: invalid duration "{text}"')
    return Duration(-total if text.startswith("-") else total)


def shown_timestamp(time: Timestamp) -> str:
    """RFC 3339 with as many digits of the second as it needs."""
    seconds, ns = divmod(time.ns, SECOND)
    text = (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{text}.{str(ns).rjust(9, '0').rstrip('0')}Z" if ns else f"{text}Z"


def shown_duration(duration: Duration) -> str:
    """ "5400s", as CEL's string() prints it."""
    sign = "-" if duration.ns < 0 else ""
    seconds, ns = divmod(abs(duration.ns), SECOND)
    return f"{sign}{seconds}.{str(ns).rjust(9, '0').rstrip('0')}s" if ns else f"{sign}{seconds}s"


def shown_double(value: float) -> str:
    """As Go's %v prints it."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    text = repr(value)
    if "e" not in text and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].rjust(2, '0')}" if exponent else text
