"""Macros over lists and maps as they run: each item costs at least one, so that no loop is free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cluster_core.api.cel.function import size_of, traversal
from cluster_core.api.cel.lists import sorted_by
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import MapList, SetList

Frame = list[Any]
Step = Callable[[Frame], Any]
Loop = Callable[[Step, tuple[int, ...], Any, Any], Step]
# A step of a loop: what upstream charges for the condition and the accumulator.
ROUND_COST = 2


def rounds(frame: Frame, over: Any, places: tuple[int, ...]) -> Iterator[Any]:
    """Puts the loop's variables into the frame, item by item; yields keys (of a list: indexes)."""
    if not isinstance(over, list | dict):
        raise EvalError("no such overload")
    pairs: Any = over.items() if isinstance(over, dict) else enumerate(over)
    single = len(places) == 1
    for key, value in pairs:
        frame[0].charge(ROUND_COST)
        if single:
            frame[places[0]] = key if isinstance(over, dict) else value
        else:
            frame[places[0]], frame[places[1]] = key, value
        yield key


def _quantifier(decides: bool) -> Loop:
    """exists (decided by true) and all (by false): an item that fails does not matter if another one decides."""

    def loop(over: Step, places: tuple[int, ...], where: Step, _result: Any) -> Step:
        def run(frame: Frame) -> Any:
            failure: EvalError | None = None
            for _ in rounds(frame, over(frame), places):
                try:
                    value = where(frame)
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

        return run

    return loop


def _passes(frame: Frame, where: Step | None) -> bool:
    value: Any = where(frame) if where is not None else True
    if not isinstance(value, bool):
        raise EvalError("no such overload")
    return value


def exists_one(over: Step, places: tuple[int, ...], where: Step, _result: Any) -> Step:
    """Whether exactly one item passes."""
    return lambda frame: sum(_passes(frame, where) for _ in rounds(frame, over(frame), places)) == 1


def transform(over: Step, places: tuple[int, ...], where: Step | None, result: Step) -> Step:
    """A list of what becomes of the items that pass."""
    return lambda frame: [result(frame) for _ in rounds(frame, over(frame), places) if _passes(frame, where)]


def select(over: Step, places: tuple[int, ...], where: Step, _result: Any) -> Step:
    """The items that pass."""

    def run(frame: Frame) -> list[Any]:
        value = over(frame)
        found = [frame[places[0]] for _ in rounds(frame, value, places) if _passes(frame, where)]
        return SetList(found) if isinstance(value, SetList) else _as_map_list(found, value)

    return run


def _as_map_list(found: list[Any], value: Any) -> list[Any]:
    if not isinstance(value, MapList):
        return found
    result = MapList(found)
    result.keys = value.keys
    return result


def transform_map(over: Step, places: tuple[int, ...], where: Step | None, result: Step) -> Step:
    """A map with the same keys and what becomes of the values."""
    return lambda frame: {key: result(frame) for key in rounds(frame, over(frame), places) if _passes(frame, where)}


def transform_entries(over: Step, places: tuple[int, ...], where: Step | None, result: Step) -> Step:
    """A map of the entries that each item gives."""

    def run(frame: Frame) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for _ in rounds(frame, over(frame), places):
            if not _passes(frame, where):
                continue
            entry = result(frame)
            if not isinstance(entry, dict):
                raise EvalError("no such overload")
            for key, value in entry.items():
                if key in found:
                    raise EvalError(f"insert failed: key {key} already exists")
                found[key] = value
                frame[0].charge(1)
        return found

    return run


def sort_by(over: Step, places: tuple[int, ...], _where: Any, result: Step) -> Step:
    """The items in the order of their keys."""

    def run(frame: Frame) -> list[Any]:
        items = over(frame)
        keys = [result(frame) for _ in rounds(frame, items, places)]
        frame[0].charge(sum(max(1, traversal(size_of(key))) for key in keys))
        return sorted_by(items, keys)

    return run


LOOPS: dict[str, Loop] = {
    "all": _quantifier(False),
    "exists": _quantifier(True),
    "existsOne": exists_one,
    "map": transform,
    "filter": select,
    "transformList": transform,
    "transformMap": transform_map,
    "transformMapEntry": transform_entries,
    "sortBy": sort_by,
}
