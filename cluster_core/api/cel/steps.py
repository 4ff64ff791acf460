"""What single nodes of an expression do when it runs; a step is a function of the frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api.cel.celtype import CelType, is_loose
from cluster_core.api.cel.function import Function, no_overload
from cluster_core.api.cel.operators import ORDERINGS
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import NONE, Optional

Frame = list[Any]
Step = Callable[[Frame], Any]


def field_of(value: Any, name: str) -> Any:
    """The field of something that is no map: an optional looks inside."""
    if isinstance(value, Optional):
        if not value.filled:
            return NONE
        inner = value.value
        return Optional(True, inner[name]) if isinstance(inner, dict) and name in inner else NONE
    raise EvalError("no such overload" if value is not None else f"no such key: {name}")


def presence(operand: Step, name: str) -> Step:
    def present(frame: Frame) -> Any:
        value = operand(frame)
        if isinstance(value, Optional):
            value = value.value if value.filled else {}
        if isinstance(value, dict):
            return name in value
        raise EvalError("no such overload" if value is not None else f"no such key: {name}")

    return present


def optional_field(operand: Step, name: str) -> Step:
    def field(frame: Frame) -> Optional:
        value = operand(frame)
        frame[0].charge(1)
        if isinstance(value, Optional):
            value = value.value if value.filled else {}
        if value is None:
            return NONE
        if not isinstance(value, dict):
            raise EvalError("no such overload")
        return Optional(True, value[name]) if name in value else NONE

    return field


def logical_step(terms: list[Step], decides: bool) -> Step:
    """`||` (decided by true) or `&&` (by false): a term that fails does not matter if another one decides."""

    def logical(frame: Frame) -> Any:
        failure: EvalError | None = None
        for term in terms:
            try:
                value = term(frame)
            except EvalError as error:
                failure = failure or error
                continue
            if value is decides:
                return decides
            if not isinstance(value, bool):
                failure = failure or EvalError("no such overload")
        if failure is not None:
            raise failure
        return not decides

    return logical


def conditional(condition: Step, yes: Step, no: Step) -> Step:
    def chosen(frame: Frame) -> Any:
        value = condition(frame)
        if not isinstance(value, bool):
            raise EvalError("no such overload")
        return yes(frame) if value else no(frame)

    return chosen


FAST: dict[str, Callable[[Any, Any], Any]] = {
    **ORDERINGS,
    "_==_": lambda first, second: first == second,
    "_!=_": lambda first, second: first != second,
}


def fast(first: Step, second: Step, function: Function) -> Step:
    """A comparison of two values whose one plain type is known."""
    compare, cost = FAST[function.name], function.cost

    def compared(frame: Frame) -> bool:
        left, right = first(frame), second(frame)
        frame[0].charge(cost(left, right))
        if left is None or right is None:
            return bool(function.run(left, right))
        return bool(compare(left, right))

    return compared


def is_open(one: CelType) -> bool:
    """Whether a type leaves open what a value will be."""
    return is_loose(one) or any(map(is_open, one.params))


def called_step(function: Function, member: bool, steps: tuple[Step, ...], open_types: bool) -> Step:
    run, cost = function.run, function.cost

    def called(frame: Frame) -> Any:
        args = tuple(step(frame) for step in steps)
        if (open_types or None in args) and not function.fits(member, args):
            raise no_overload(function.name, args)
        frame[0].charge(cost(*args))
        return run(*args)

    return called
