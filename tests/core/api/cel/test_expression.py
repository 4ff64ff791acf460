"""Compiled expressions: whatever is given, only known errors come out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.api.cel.celtype import DYN, Structs
from cluster_core.api.cel.expression import compiled
from cluster_core.api.cel.problem import CompileError, CostExceeded, EvalError
from cluster_core.api.cel.program import Meter
from tests.core.api.cel.evaluating import SELF, STRUCTS, VARIABLES

PIECES = [
    "self",
    ".",
    "name",
    "items",
    "(",
    ")",
    "[",
    "]",
    "1",
    "'a'",
    "+",
    "==",
    "&&",
    "||",
    "all",
    "i",
    ",",
    "?",
    ":",
    "{",
    "}",
]
PIECES += [
    "-",
    "!",
    "map",
    "size",
    "in",
    "2.5",
    "null",
    "true",
    "object",
    "has",
    "%s",
    "format",
    "matches",
    "duration",
    "optMap",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.booleans())
def test_any_text(pieces: list[str], spaced: bool) -> None:
    with suppress(CompileError, EvalError, CostExceeded):
        expression = compiled((" " if spaced else "").join(pieces), VARIABLES, STRUCTS)
        expression.evaluate({"self": SELF, "object": SELF}, Meter(10_000))


@given(st.text(max_size=40))
def test_any_letters(source: str) -> None:
    with suppress(CompileError):
        compiled(source, VARIABLES, STRUCTS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
OVER_ANYTHING = [
    "object == object",
    "object + object",
    "object < object",
    "object[0]",
    "object.a.b",
    "object.?a[?0]",
    "object.all(x, x)",
    "object.map(x, x + 1)",
    "object in object",
    "size(object)",
    "string(object) + 'a'",
    "int(object) / 2",
    "'%s %d'.format([object, object])",
    "object.startsWith('a')",
    "[object].sort()",
    "timestamp(object).getFullYear()",
    "quantity(object).asInteger()",
    "object.join(',')",
    "duration(object) + duration('1h')",
]


@given(st.sampled_from(OVER_ANYTHING), JSON)
def test_any_value(source: str, given_value: Any) -> None:
    with suppress(EvalError, CostExceeded):
        compiled(source, {"object": DYN}, Structs()).evaluate({"object": given_value}, Meter(10_000))
