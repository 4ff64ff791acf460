"""What a parser makes of has(), all(), map() and their like. Upstream: cel-go `parser/macro.go`, `ext/comprehensions.go`,
`cel/library.go` (optMap), `ext/lists.go` (sortBy)."""

from __future__ import annotations

from cluster_core.api.cel.problem import Problem
from cluster_core.api.cel.tree import Fold, Ident, Node, OptionalMap, Select

QUANTIFIERS = {"all": "all", "exists": "exists", "exists_one": "existsOne", "existsOne": "existsOne"}
TRANSFORMS = ("transformList", "transformMap", "transformMapEntry")


class NotAMacro(Exception):
    """An ordinary member function after all."""


def presence_test(at: int, args: tuple[Node, ...], problems: list[Problem]) -> Node:
    """has(a.b)."""
    if len(args) == 1 and isinstance(args[0], Select) and not args[0].optional:
        return Select(at, args[0].operand, args[0].name, test=True)
    problems.append(Problem(at, "invalid argument to has() macro"))
    return Ident(at, "has")


def member_macro(at: int, name: str, target: Node, args: tuple[Node, ...], problems: list[Problem]) -> Node:
    """The tree of a macro that is called on something; NotAMacro if it is none."""
    if name in QUANTIFIERS and len(args) in (2, 3) and not (name == "exists_one" and len(args) == 3):
        return Fold(at, QUANTIFIERS[name], target, _names(args[:-1], problems), args[-1])
    if name == "map" and len(args) in (2, 3):
        where = args[1] if len(args) == 3 else None
        return Fold(at, "map", target, _names(args[:1], problems), where, args[-1])
    if name == "filter" and len(args) == 2:
        return Fold(at, "filter", target, _names(args[:1], problems), args[1])
    if name in TRANSFORMS and len(args) in (3, 4):
        where = args[2] if len(args) == 4 else None
        return Fold(at, name, target, _names(args[:2], problems), where, args[-1])
    if name == "sortBy" and len(args) == 2:
        return Fold(at, "sortBy", target, _names(args[:1], problems), None, args[1])
    if name in ("optMap", "optFlatMap") and len(args) == 2:
        return _optional_map(at, name, target, args, problems)
    raise NotAMacro


def _optional_map(at: int, name: str, target: Node, args: tuple[Node, ...], problems: list[Problem]) -> Node:
    if not isinstance(args[0], Ident):
        problems.append(Problem(args[0].at, f"{name}() variable name must be a simple identifier"))
        return target
    return OptionalMap(at, target, args[0].name, args[1], name == "optFlatMap")


def _names(args: tuple[Node, ...], problems: list[Problem]) -> tuple[str, ...]:
    found = []
    for arg in args:
        if isinstance(arg, Ident):
            if arg.name == "__result__" or arg.name in found:
                problems.append(Problem(arg.at, "iteration variable overwrites accumulator variable"))
            found.append(arg.name)
        else:
            problems.append(Problem(arg.at, "argument must be a simple name"))
            found.append("_")
    return tuple(found)
