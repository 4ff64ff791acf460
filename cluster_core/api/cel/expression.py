"""Compiled expressions: text in, values out, at a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Importing a library declares its functions.
import cluster_core.api.cel.calendar_parts
import cluster_core.api.cel.kubernetes
import cluster_core.api.cel.optionals
import cluster_core.api.cel.standard
import cluster_core.api.cel.texts  # noqa: F401
from cluster_core.api.cel.celtype import CelType, Structs
from cluster_core.api.cel.checker import check
from cluster_core.api.cel.constants import check_constants
from cluster_core.api.cel.parser import parse
from cluster_core.api.cel.program import Meter, Plan
from cluster_core.api.cel.steps import Step


@dataclass(slots=True)
class Expression:
    """An expression that compiles. `result`: its type; `uses`: the variables that it names."""

    source: str
    result: CelType
    uses: frozenset[str]
    variables: tuple[str, ...]
    _step: Step
    _size: int

    def evaluate(self, values: dict[str, Any], meter: Meter) -> Any:
        """The value. Raises EvalError, or CostExceeded when the meter runs out."""
        frame: list[Any] = [None] * self._size
        frame[0] = meter
        for place, name in enumerate(self.variables):
            frame[place + 1] = values.get(name)
        return self._step(frame)


def compiled(source: str, variables: dict[str, CelType], structs: Structs) -> Expression:
    """Compile an expression over variables. Raises CompileError with what a user is shown."""
    tree = parse(source)
    checked = check(source, tree, variables, structs)
    check_constants(source, tree)
    names = tuple(variables)
    plan = Plan(checked, names)
    step = plan.step(tree)
    return Expression(source, checked.result, frozenset(checked.variables), names, step, plan.size)
