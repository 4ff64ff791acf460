"""Short ways to compile and run an expression in tests."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.cel.celtype import DYN, INT, STRING, CelType, Structs, list_of, map_of
from cluster_core.api.cel.expression import compiled
from cluster_core.api.cel.problem import CompileError, EvalError
from cluster_core.api.cel.program import Meter

STRUCTS = Structs()
ITEM = STRUCTS.add("Self.items", {"name": ("name", STRING), "n": ("n", INT)})
FIELDS: dict[str, tuple[str, CelType]] = {
    "replicas": ("replicas", INT),
    "max": ("max", INT),
    "name": ("name", STRING),
    "items": ("items", list_of(ITEM)),
    "labels": ("labels", map_of(STRING, STRING)),
    "a__dash__b": ("a-b", STRING),
    "any": ("any", DYN),
    "tags": ("tags", list_of(STRING)),
}
VARIABLES = {"self": STRUCTS.add("Self", FIELDS), "object": DYN}
SELF = {
    "replicas": 3,
    "max": 5,
    "name": "abc",
    "items": [{"name": "x", "n": 1}, {"name": "y", "n": 2}],
    "labels": {"a": "1"},
    "a-b": "q",
    "any": "50%",
    "tags": ["b", "a"],
}


def value(source: str, limit: int = 100_000) -> Any:
    """What an expression gives over SELF (as a struct, and as `object` without types)."""
    return compiled(source, VARIABLES, STRUCTS).evaluate({"self": SELF, "object": SELF}, Meter(limit))


def failure(source: str) -> str:
    """The error of an expression that compiles and fails."""
    with pytest.raises(EvalError) as caught:
        value(source)
    return str(caught.value)


def problem(source: str) -> str:
    """The first problem of an expression that does not compile, without its place in the text."""
    return placed(source).partition(": ")[2].partition(": ")[2]


def placed(source: str) -> str:
    """The first line of what a user is shown of an expression that does not compile."""
    with pytest.raises(CompileError) as caught:
        compiled(source, VARIABLES, STRUCTS)
    return str(caught.value).partition("\n")[0]


def cost(source: str) -> int:
    """What an expression costs."""
    meter = Meter(10_000_000)
    compiled(source, VARIABLES, STRUCTS).evaluate({"self": SELF, "object": SELF}, meter)
    return 10_000_000 - meter.left
