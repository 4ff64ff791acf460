"""Constants that can be seen to be wrong before an expression runs. Upstream: cel-go `cel/validator.go`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api import pattern
from cluster_core.api.cel.problem import CompileError, EvalError, Problem
from cluster_core.api.cel.tree import Call, Literal, Node, children
from cluster_core.api.cel.values import parse_duration, parse_timestamp

PARSERS: dict[str, tuple[int, Callable[[str], Any]]] = {
    "duration": (0, parse_duration),
    "timestamp": (0, parse_timestamp),
    "matches": (-1, pattern.compiled),
}


def check_constants(source: str, tree: Node) -> None:
    """Durations, times and patterns that are written into an expression. Raises CompileError."""
    problems: list[Problem] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(children(node))
        if isinstance(node, Call) and node.name in PARSERS and node.args:
            place, parse = PARSERS[node.name]
            _check(node.name, node.args[place], parse, problems)
    if problems:
        raise CompileError(source, problems)


def _check(name: str, arg: Node, parse: Callable[[str], Any], problems: list[Problem]) -> None:
    if isinstance(arg, Literal) and isinstance(arg.value, str):
        try:
            parse(arg.value)
        except (EvalError, ValueError):
            problems.append(Problem(arg.at, f"invalid {name} argument"))
