"""Label and field selectors. Upstream: apimachinery `labels/selector.go`, `fields/selector.go`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.selector_syntax import parse_requirements


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements (key, operator, values), all of which must hold. No requirement matches everything."""

    requirements: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def matches(self, labels: dict[str, str]) -> bool:
        """Whether the labels satisfy every requirement."""
        return all(_holds(labels.get(key), operator, values) for key, operator, values in self.requirements)

    def __str__(self) -> str:
        return ",".join(_text(*requirement) for requirement in self.requirements)


def from_map(labels: dict[str, str]) -> Selector:
    """All the labels must be equal."""
    return Selector(tuple((key, "In", (value,)) for key, value in sorted(labels.items())))


def from_label_selector(selector: dict[str, Any] | None) -> Selector:
    """A LabelSelector of the API: matchLabels and matchExpressions."""
    selector = selector or {}
    found = list(from_map(selector.get("matchLabels") or {}).requirements)
    for expression in selector.get("matchExpressions") or ():
        found.append((expression["key"], expression["operator"], tuple(sorted(expression.get("values") or ()))))
    return Selector(tuple(found))


def parse_label_selector(text: str) -> Selector:
    """`a=b,c!=d,e in (f,g),!h`; raises 400 in upstream's words."""
    return Selector(tuple(parse_requirements(text)))


def _holds(value: str | None, operator: str, values: tuple[str, ...]) -> bool:
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    if operator in ("Gt", "Lt"):
        return _compares(value, operator, values[0])
    return (value is not None) == (operator == "Exists")


def _compares(value: str | None, operator: str, bound: str) -> bool:
    try:
        number = int(value or "")
    except ValueError:
        return False
    return number > int(bound) if operator == "Gt" else number < int(bound)


def _text(key: str, operator: str, values: tuple[str, ...]) -> str:
    if operator == "Exists":
        return key
    if operator == "DoesNotExist":
        return f"!{key}"
    if operator in ("Gt", "Lt"):
        return f"{key}{'>' if operator == 'Gt' else '<'}{values[0]}"
    if len(values) == 1:
        return f"{key}{'=' if operator == 'In' else '!='}{values[0]}"
    return f"{key} {'in' if operator == 'In' else 'notin'} ({','.join(values)})"
