"""The standard library of CEL: sizes, texts, conversions, times, optionals, sets. Upstream: cel-go `common/stdlib`, `ext/sets.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import pattern
from cluster_core.api.cel.function import function, over_first, traversal
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import (
    INT_MAX,
    INT_MIN,
    SECOND,
    UINT_MAX,
    Duration,
    Timestamp,
    TypeValue,
    UInt,
    checked_int,
    checked_time,
    checked_uint,
    parse_duration,
    parse_timestamp,
    shown_double,
    shown_duration,
    shown_timestamp,
    type_name,
)

ANY_SIZE = ("string", "bytes", "list(A)", "map(A, B)")


@function("size", *(f"{one} -> int" for one in ANY_SIZE), members=tuple(f"{one} -> int" for one in ANY_SIZE))
def size(value: Any) -> int:
    """Characters, bytes, items or keys."""
    return len(value)


def _contains_cost(text: str, part: str) -> int:
    return max(1, traversal(len(text)) * traversal(len(part)))


@function("contains", members=("string, string -> bool",), cost=_contains_cost)
def contains(text: str, part: str) -> bool:
    """Whether a text has a part."""
    return part in text


@function("startsWith", members=("string, string -> bool",), cost=over_first)
def starts_with(text: str, part: str) -> bool:
    """Whether a text begins so."""
    return text.startswith(part)


@function("endsWith", members=("string, string -> bool",), cost=over_first)
def ends_with(text: str, part: str) -> bool:
    """Whether a text ends so."""
    return text.endswith(part)


def regex_cost(text: str, expression: str, *_more: Any) -> int:
    """What a search with a pattern costs."""
    return max(1, traversal(len(text) + 1) * -(-len(expression) // 4))


@function("matches", "string, string -> bool", members=("string, string -> bool",), cost=regex_cost)
def matches(text: str, expression: str) -> bool:
    """Whether a pattern occurs in a text."""
    try:
        return pattern.matches(expression, text)
    except ValueError as error:
        raise EvalError(str(error)) from error


@function("type", "A -> type")
def type_value(value: Any) -> TypeValue:
    """The type of a value."""
    return TypeValue(type_name(value))


@function("dyn", "A -> dyn")
def dyn(value: Any) -> Any:
    """The value, with a type that is only known when it runs."""
    return value


@function("bool", "bool -> bool", "string -> bool")
def to_bool(value: Any) -> bool:
    """A truth value from a text."""
    if isinstance(value, bool):
        return value
    if value in ("1", "t", "true", "TRUE", "True", "T"):
        return True
    if value in ("0", "f", "false", "FALSE", "False", "F"):
        return False
    raise EvalError(f"type conversion error from 'string' to 'bool': {value}")


@function("int", *(f"{one} -> int" for one in ("int", "uint", "double", "string", "timestamp", "duration")))
def to_int(value: Any) -> int:
    """A signed whole number."""
    if isinstance(value, Timestamp):
        return value.ns // SECOND
    if isinstance(value, Duration):
        return value.ns
    if isinstance(value, str):
        return checked_int(_whole(value, "int"))
    if isinstance(value, float) and not INT_MIN < value < INT_MAX:
        raise EvalError("integer overflow")
    return checked_int(int(value))


@function("uint", *(f"{one} -> uint" for one in ("uint", "int", "double", "string")))
def to_uint(value: Any) -> UInt:
    """An unsigned whole number."""
    if isinstance(value, str):
        return checked_uint(_whole(value, "uint"))
    if isinstance(value, float) and not 0 <= value < UINT_MAX:
        raise EvalError("unsigned integer overflow")
    return checked_uint(int(value))


def _whole(text: str, kind: str) -> int:
    digits = text[1:] if text[:1] in ("-", "+") and kind == "int" else text
    if not digits.isascii() or not digits.isdigit() or len(digits) > 32:
        go = "ParseInt" if kind == "int" else "ParseUint"
        raise EvalError(f'strconv.{go}: parsing "{text}": invalid syntax')
    return int(text)


@function("double", *(f"{one} -> double" for one in ("double", "int", "uint", "string")))
def to_double(value: Any) -> float:
    """A floating point number."""
    try:
        if isinstance(value, str) and ("_" in value or value.strip() != value):
            raise ValueError
        return float(value)
    except ValueError as error:
        raise EvalError(f'strconv.ParseFloat: parsing "{value}": invalid syntax') from error


SHOWN = ("string", "bool", "int", "uint", "double", "bytes", "timestamp", "duration")


@function("string", *(f"{one} -> string" for one in (*SHOWN, "net.IP", "net.CIDR")), cost=over_first)
def to_string(value: Any) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return shown_double(value)
    if isinstance(value, bytes):
        return _decoded(value)
    if isinstance(value, Timestamp):
        return shown_timestamp(value)
    return shown_duration(value) if isinstance(value, Duration) else str(value)


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise EvalError("invalid UTF-8 in bytes, cannot convert to string") from error


@function("bytes", "bytes -> bytes", "string -> bytes", cost=over_first)
def to_bytes(value: Any) -> bytes:
    """The bytes of a text in UTF-8."""
    return value if isinstance(value, bytes) else str(value).encode()


@function("timestamp", "timestamp -> timestamp", "int -> timestamp", "string -> timestamp")
def to_timestamp(value: Any) -> Timestamp:
    """A time from RFC 3339 or seconds since 1970."""
    if isinstance(value, str):
        return parse_timestamp(value)
    return value if isinstance(value, Timestamp) else checked_time(value * SECOND)


@function("duration", "duration -> duration", "int -> duration", "string -> duration")
def to_duration(value: Any) -> Duration:
    """A duration from "1h30m" or nanoseconds."""
    if isinstance(value, str):
        return parse_duration(value)
    return value if isinstance(value, Duration) else Duration(value)
