"""`"%s has %d".format([…])`. Upstream: cel-go `ext/formatting.go`.

Real Kubernetes prints %f and %e with the marks of the locale en_US; so do we.
"""

from __future__ import annotations

import json
import re
from typing import Any

from cluster_core.api.cel.function import traversal
from cluster_core.api.cel.operators import deep_size
from cluster_core.api.cel.problem import CostExceeded, EvalError
from cluster_core.api.cel.values import (
    Duration,
    Timestamp,
    TypeValue,
    shown_double,
    shown_duration,
    shown_timestamp,
    type_name,
)

CLAUSE = re.compile(r"%(?:(%)|(?:\.(\d{1,3}))?(.)|())", re.DOTALL)
TEXT_MAX = 1_000_000
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def formatted_size(text: str, args: list[Any]) -> int:
    """What a formatted text costs. Raises CostExceeded for one that would be too long."""
    length = len(text) + 10 * deep_size(args)
    if length > TEXT_MAX:
        raise CostExceeded
    return max(1, traversal(length))


def formatted(text: str, args: list[Any]) -> str:
    """The text with its clauses filled in. Raises EvalError."""
    place = 0

    def filled(match: re.Match[str]) -> str:
        nonlocal place
        percent, precision, letter, _ = match.groups()
        if percent:
            return "%"
        if letter is None:
            raise EvalError("unexpected end of string")
        if place >= len(args):
            raise EvalError(f"index {place} out of range")
        place += 1
        return _clause(letter, args[place - 1], int(precision) if precision else None)

    return CLAUSE.sub(filled, text)


def _clause(letter: str, value: Any, precision: int | None) -> str:
    number = isinstance(value, int) and not isinstance(value, bool)
    if letter == "s":
        return shown(value)
    if letter == "d":
        if number or isinstance(value, float):
            return str(int(value)) if number else shown_double(value)
        raise _mistaken("decimal", "integers", value)
    if letter in ("f", "e"):
        return _float(letter, value, 6 if precision is None else precision)
    if letter == "b":
        if isinstance(value, bool) or number:
            return format(int(value), "b")
        raise _mistaken("binary", "integers and bools", value)
    if letter in ("x", "X"):
        return _hexadecimal(letter, value)
    if letter == "o":
        if number:
            return format(int(value), "o")
        raise _mistaken("octal", "integers", value)
    raise EvalError(f'could not parse formatting clause: unrecognized formatting clause "{letter}"')


def _mistaken(clause: str, wanted: str, value: Any) -> EvalError:
    words = f"error during formatting: {clause} clause can only be used on {wanted}, was given {type_name(value)}"
    return EvalError(words)


def _float(letter: str, value: Any, precision: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _mistaken("fixed-point" if letter == "f" else "scientific", "doubles", value)
    if letter == "f":
        return f"{float(value):,.{precision}f}"
    mantissa, _, exponent = f"{float(value):.{precision}e}".partition("e")
    power = f"{exponent[0]}{exponent[1:]}".replace("+", "")
    return f"{mantissa}\u202f\u00d7\u202f10{power.translate(SUPERSCRIPTS)}"


def _hexadecimal(letter: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str | bytes):
        raise _mistaken("hex", "integers, byte buffers, and strings", value)
    if isinstance(value, int):
        text = format(int(value), "x")
    else:
        text = (value.encode() if isinstance(value, str) else value).hex()
    return text.upper() if letter == "X" else text


def shown(value: Any) -> str:
    """As %s prints a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return shown_double(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return f"[{', '.join(_inside(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = sorted((_inside(key), _inside(item)) for key, item in value.items())
        return "{" + ", ".join(f"{key}:{item}" for key, item in pairs) + "}"
    if isinstance(value, Timestamp):
        return shown_timestamp(value)
    if isinstance(value, Duration):
        return shown_duration(value)
    if isinstance(value, TypeValue):
        return value.name
    words = "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and"
    raise EvalError(f"error during formatting: {words} timestamps, was given {type_name(value)}")


def _inside(value: Any) -> str:
    """A value inside a list or a map: texts are quoted, times are written as CEL."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return f"{value:.6f}"
    if isinstance(value, Timestamp):
        return f'timestamp("{shown_timestamp(value)}")'
    if isinstance(value, Duration):
        return f'duration("{shown_duration(value)}")'
    return shown(value)
