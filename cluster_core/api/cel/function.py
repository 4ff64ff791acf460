"""Functions of CEL: overloads with their types, what they do and what they cost.

Upstream: cel-go `common/decls`; costs: cel-go `interpreter/runtimecost.go`, apiserver `pkg/cel/library/cost.go`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cluster_core.api.cel.celtype import SCALARS, TYPE, CelType, list_of, map_of, opaque, optional_of
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import Optional, type_name

Run = Callable[..., Any]
Cost = Callable[..., int]
F = TypeVar("F", bound=Run)
_PART = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.]*|[(),])")


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function; a member function has its receiver as the first parameter."""

    member: bool
    params: tuple[CelType, ...]
    result: CelType


@dataclass(slots=True)
class Function:
    """A function; `run` gets the values of the arguments, the receiver first. `checks_itself`: whatever they are."""

    name: str
    run: Run
    cost: Cost
    overloads: list[Overload] = field(default_factory=list)
    checks_itself: bool = False

    def fits(self, member: bool, args: tuple[Any, ...]) -> bool:
        """Whether there is an overload for these values: what the checker could not know of a dyn."""
        return self.checks_itself or any(
            overload.member == member
            and len(overload.params) == len(args)
            and all(map(has_type, args, overload.params))
            for overload in self.overloads
        )


FUNCTIONS: dict[str, Function] = {}


def function(name: str, *overloads: str, members: tuple[str, ...] = (), cost: Cost | None = None) -> Callable[[F], F]:
    """Declares a Python function as a function of CEL: "int, int -> int"; capital letters are type parameters."""

    def declared(run: F) -> F:
        found = FUNCTIONS[name] = Function(name, run, cost or _one)
        found.overloads += [_overload(False, text) for text in overloads]
        found.overloads += [_overload(True, text) for text in members]
        return run

    return declared


def no_overload(name: str, args: tuple[Any, ...]) -> EvalError:
    """What the interpreter says of arguments that a function does not take."""
    return EvalError(f"no such overload: {name}({', '.join(map(type_name, args))})")


def traversal(size: int) -> int:
    """What it costs to go over a text once: a tenth per character, rounded up."""
    return -(-size // 10)


def size_of(value: Any) -> int:
    """How much there is of a text, a list or a map; 1 for anything else."""
    if isinstance(value, str | bytes | list | dict):
        return len(value)
    return size_of(value.value) if isinstance(value, Optional) and value.filled else 1


def over_first(*args: Any) -> int:
    """The cost of a function that goes over its first argument."""
    return traversal(size_of(args[0]))


def over_all(*args: Any) -> int:
    """The cost of a function that goes over all its arguments."""
    return traversal(sum(map(size_of, args)))


def has_type(value: Any, wanted: CelType) -> bool:
    """Whether a value is of a type, as far as one level tells."""
    if wanted.form in ("param", "dyn"):
        return True
    if wanted.form == "list":
        return isinstance(value, list)
    if wanted.form == "map":
        return isinstance(value, dict)
    if wanted.name == "optional_type":
        return isinstance(value, Optional) and (not value.filled or has_type(value.value, wanted.params[0]))
    name = type_name(value)
    return name == wanted.name or name == _RUNTIME.get(wanted.name)


_RUNTIME = {"timestamp": "google.protobuf.Timestamp", "duration": "google.protobuf.Duration"}


def _one(*_args: Any) -> int:
    return 1


def _overload(member: bool, text: str) -> Overload:
    params, _, result = text.partition("->")
    return Overload(member, _types(params), _types(result)[0])


def _types(text: str) -> tuple[CelType, ...]:
    parts = _PART.findall(text)
    found = []
    while parts:
        found.append(_type(parts))
        if parts and parts[0] == ",":
            parts.pop(0)
    return tuple(found)


def _type(parts: list[str]) -> CelType:
    name = parts.pop(0)
    inner = []
    if parts and parts[0] == "(":
        parts.pop(0)
        while parts[0] != ")":
            inner.append(_type(parts))
            if parts[0] == ",":
                parts.pop(0)
        parts.pop(0)
    if name in SCALARS:
        return SCALARS[name]
    if name == "list":
        return list_of(inner[0])
    if name == "map":
        return map_of(inner[0], inner[1])
    if name == "optional":
        return optional_of(inner[0])
    if name == "type":
        return TYPE
    return CelType(name, "param") if len(name) == 1 else opaque(name)
