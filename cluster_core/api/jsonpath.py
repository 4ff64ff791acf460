"""Kubernetes' JSONPath, as far as printer columns and selectable paths need it: `.spec.ports[0].port`, `.items[*].name`,
`.status.conditions[?(@.type=="Ready")].status`, `['a.b']`, `.a\\.b`, slices. Upstream: client-go `util/jsonpath`.

    compiled(".spec.replicas").find(obj) -> list of values, empty where a key is missing

What is compiled is plain data. A path that is none raises ValueError; a search that would visit more than VISITS_MAX values ends
there. Real Kubernetes also knows `..`, unions and `range`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LENGTH_MAX = 2048
STEPS_MAX = 64
VISITS_MAX = 10_000
_FIELD = re.compile(r"\.?((?:[^.\[\]\\]|\\.)+)")
_INDEX = re.compile(r"\[(-?\d{1,9})\]")
_SLICE = re.compile(r"\[(-?\d{1,9})?:(-?\d{1,9})?(?::(\d{1,9}))?\]")
_QUOTED = re.compile(r"\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]")
_FILTER = re.compile(r"\[\?\(\s*@((?:[^=!<>()\"'\s]|\['[^']*'\])*)\s*(?:(==|!=|<=|>=|<|>)([^)]*))?\)\]")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: kind is field, index, slice, all or filter; what the others mean depends on it."""

    kind: str
    name: str = ""
    bounds: tuple[int | None, int | None, int] = (None, None, 1)
    inner: Path | None = None
    operator: str = ""
    literal: str | int | float | bool | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path."""

    steps: tuple[Step, ...]

    def find(self, obj: Any) -> list[Any]:
        """The values at the path."""
        found = [obj]
        budget = VISITS_MAX
        for step in self.steps:
            found = [value for each in found for value in _follow(step, each)][:budget]
            budget -= len(found)
        return found


@lru_cache(maxsize=512)
def compiled(text: str) -> Path:
    """A path, with or without braces around it; ValueError for what is none."""
    if len(text) > LENGTH_MAX:
        raise ValueError("path is too long")
    text = text.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    steps: list[Step] = []
    place = 0
    while place < len(text):
        if len(steps) >= STEPS_MAX:
            raise ValueError("path has too many steps")
        step, place = _step(text, place)
        steps.append(step)
    return Path(tuple(steps))


def _step(text: str, place: int) -> tuple[Step, int]:
    if text.startswith(("[*]", ".*"), place):
        return Step("all"), place + (3 if text[place] == "[" else 2)
    if match := _INDEX.match(text, place):
        return Step("index", bounds=(int(match[1]), None, 1)), match.end()
    if match := _SLICE.match(text, place):
        first, last, stride = match.groups()
        bounds = (int(first) if first else None, int(last) if last else None, int(stride or 1))
        return Step("slice", bounds=bounds), match.end()
    if match := _QUOTED.match(text, place):
        return Step("field", _ESCAPED.sub(r"\1", match[1] if match[1] is not None else match[2])), match.end()
    if match := _FILTER.match(text, place):
        literal = _literal(match[3].strip()) if match[2] else None
        return Step("filter", inner=compiled(match[1]), operator=match[2] or "", literal=literal), match.end()
    if match := _FIELD.match(text, place):
        return Step("field", _ESCAPED.sub(r"\1", match[1])), match.end()
    raise ValueError(f"unrecognized path {text[place:]!r}")


def _literal(text: str) -> str | int | float | bool:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return _ESCAPED.sub(r"\1", text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text) if any(sign in text for sign in ".eE") else int(text[:64])
    except ValueError as error:
        raise ValueError(f"unrecognized literal {text!r}") from error


def _follow(step: Step, value: Any) -> list[Any]:
    if step.kind == "field":
        return [value[step.name]] if isinstance(value, dict) and step.name in value else []
    if step.kind == "all":
        return list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    if not isinstance(value, list):
        return []
    first, last, stride = step.bounds
    if step.kind == "index":
        assert first is not None
        return [value[first]] if -len(value) <= first < len(value) else []
    if step.kind == "slice":
        return value[first : last : max(stride, 1)]
    return [each for each in value[:VISITS_MAX] if _passes(step, each)]


def _passes(step: Step, value: Any) -> bool:
    assert step.inner is not None
    found = step.inner.find(value)
    if not found or not step.operator:
        return bool(found)
    return _compares(found[0], step.operator, step.literal)


def _compares(value: Any, operator: str, literal: Any) -> bool:
    comparable = isinstance(value, str) == isinstance(literal, str) and isinstance(value, bool) == isinstance(
        literal, bool
    )
    if not comparable or not isinstance(value, str | int | float):
        return operator == "!="
    if operator in ("==", "!="):
        return bool(value == literal) == (operator == "==")
    if operator.endswith("="):
        return bool(value <= literal if operator == "<=" else value >= literal)
    return bool(value < literal if operator == "<" else value > literal)
