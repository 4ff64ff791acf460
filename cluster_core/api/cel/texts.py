"""Functions of texts beyond the standard. Upstream: cel-go `ext/strings.go` (version 2), apiserver `pkg/cel/library/regex.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import pattern
from cluster_core.api.cel.formatting import formatted, formatted_size
from cluster_core.api.cel.function import function, over_first, size_of, traversal
from cluster_core.api.cel.operators import deep_size
from cluster_core.api.cel.problem import CostExceeded, EvalError
from cluster_core.api.cel.standard import regex_cost
from cluster_core.api.cel.values import equal

# No text that an expression makes is longer: replace and join can multiply.
TEXT_MAX = 1_000_000


def out_of_range(index: int) -> EvalError:
    """Upstream's words."""
    return EvalError(f"index out of range: {index}")


@function("charAt", members=("string, int -> string",))
def char_at(text: str, index: int) -> str:
    """The character at an index; "" at the end."""
    if not 0 <= index <= len(text):
        raise out_of_range(index)
    return text[index : index + 1]


TEXT_SEARCHES = ("string, string -> int", "string, string, int -> int", "list(A), A -> int")


def _index_cost(value: Any, part: Any, *_more: Any) -> int:
    if isinstance(value, str):
        return max(1, traversal(len(value)) * max(1, traversal(size_of(part))))
    return max(1, deep_size(value))


@function("indexOf", members=TEXT_SEARCHES, cost=_index_cost)
def index_of(value: Any, part: Any, start: int = 0) -> int:
    """Where a part begins, or -1."""
    if not isinstance(value, str):
        return next((place for place, item in enumerate(value) if equal(item, part)), -1)
    if start < 0:
        raise out_of_range(start)
    if not part:
        return min(start, len(value))
    return value.find(part, start) if start < len(value) else -1


@function("lastIndexOf", members=TEXT_SEARCHES, cost=_index_cost)
def last_index_of(value: Any, part: Any, start: int | None = None) -> int:
    """Where a part begins for the last time, or -1."""
    if not isinstance(value, str):
        return next((place for place in range(len(value) - 1, -1, -1) if equal(value[place], part)), -1)
    if start is None:
        return value.rfind(part) if part else len(value)
    if start < 0:
        raise out_of_range(start)
    if not part:
        return min(start, len(value))
    return value.rfind(part, 0, start + len(part)) if start < len(value) else -1


def _join_cost(parts: list[Any], separator: str = "") -> int:
    length = sum(len(part) for part in parts if isinstance(part, str)) + len(separator) * len(parts)
    return _bounded(length)


def _bounded(length: int) -> int:
    if length > TEXT_MAX:
        raise CostExceeded
    return max(1, traversal(length))


@function("join", members=("list(string) -> string", "list(string), string -> string"), cost=_join_cost)
def join(parts: list[Any], separator: str = "") -> str:
    """The texts of a list as one."""
    for part in parts:
        if not isinstance(part, str):
            raise EvalError(f"join: invalid input: {part}")
    return separator.join(parts)


@function("lowerAscii", members=("string -> string",), cost=over_first)
def lower_ascii(text: str) -> str:
    """With small letters, as far as ASCII goes."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


@function("upperAscii", members=("string -> string",), cost=over_first)
def upper_ascii(text: str) -> str:
    """With capital letters, as far as ASCII goes."""
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)


def _replace_cost(text: str, old: str, new: str, count: int = -1) -> int:
    times = text.count(old) if count < 0 else min(count, text.count(old))
    return _bounded(len(text) + times * max(0, len(new) - len(old))) + traversal(len(text))


REPLACE = ("string, string, string -> string", "string, string, string, int -> string")


@function("replace", members=REPLACE, cost=_replace_cost)
def replace(text: str, old: str, new: str, count: int = -1) -> str:
    """With a part replaced, everywhere or so many times."""
    return text.replace(old, new, count)


@function("split", members=("string, string -> list(string)", "string, string, int -> list(string)"), cost=over_first)
def split(text: str, separator: str, count: int = -1) -> list[str]:
    """The parts between separators."""
    if count == 0:
        return []
    if separator:
        return text.split(separator, count - 1 if count > 0 else -1)
    letters = list(text)
    return letters if count < 0 or count >= len(letters) else [*letters[: count - 1], text[count - 1 :]]


@function("substring", members=("string, int -> string", "string, int, int -> string"), cost=over_first)
def substring(text: str, start: int, end: int | None = None) -> str:
    """The text from one index up to another."""
    if end is not None and start > end:
        raise EvalError(f"invalid substring range. start: {start}, end: {end}")
    for index in (start, end if end is not None else start):
        if not 0 <= index <= len(text):
            raise out_of_range(index)
    return text[start:end]


@function("trim", members=("string -> string",), cost=over_first)
def trim(text: str) -> str:
    """Without white space around."""
    return text.strip()


ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
ESCAPES |= {"\\": "\\\\", '"': '\\"'}


@function("strings.quote", "string -> string", cost=over_first)
def quote(text: str) -> str:
    """Quoted as CEL would write it."""
    return '"' + "".join(ESCAPES.get(letter, letter) for letter in text) + '"'


function("format", members=("string, list(dyn) -> string",), cost=formatted_size)(formatted)


@function("find", members=("string, string -> string",), cost=regex_cost)
def find(text: str, expression: str) -> str:
    """The first part that a pattern matches, or ""."""
    match = _compiled(expression).search(text)
    return match.group() if match is not None else ""


@function("findAll", members=("string, string -> list(string)", "string, string, int -> list(string)"), cost=regex_cost)
def find_all(text: str, expression: str, count: int = -1) -> list[str]:
    """The parts that a pattern matches."""
    found: list[str] = []
    for match in _compiled(expression).finditer(text):
        if count >= 0 and len(found) >= count:
            break
        found.append(match.group())
    return found


def _compiled(expression: str) -> Any:
    try:
        return pattern.compiled(expression)
    except ValueError as error:
        raise EvalError(f"Illegal regex: {error}") from error
