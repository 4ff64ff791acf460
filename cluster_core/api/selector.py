"""Label and field selectors. Upstream: apimachinery `labels/selector.go`, `fields/selector.go`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import bad_request

LENGTH_MAX = 8192

_TERM = re.compile(
    r"\s*(?:(?P<not>!)\s*(?P<absent>[\w./-]+)"
    r"|(?P<key>[\w./-]+)\s*(?:(?P<op>==|=|!=)\s*(?P<value>[\w.-]*)"
    r"|\s(?P<set>in|notin)\s*\((?P<values>[^()]*)\))?)\s*(?:,|$)"
)


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
    """`a=b,c!=d,e in (f,g),!h`."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for match in _terms(text):
        if match["absent"]:
            found.append((match["absent"], "DoesNotExist", ()))
        elif match["op"]:
            found.append((match["key"], "NotIn" if match["op"] == "!=" else "In", (match["value"],)))
        elif match["set"]:
            values = tuple(sorted(value.strip() for value in match["values"].split(",")))
            found.append((match["key"], "In" if match["set"] == "in" else "NotIn", values))
        else:
            found.append((match["key"], "Exists", ()))
    return Selector(tuple(found))


def parse_field_selector(text: str) -> list[tuple[str, str, str]]:
    """`spec.nodeName=a,status.phase!=Failed` as [(field, "=" | "!=", value)]."""
    found = []
    for match in _terms(text):
        if not match["op"]:
            raise bad_request(f"invalid field selector: {text!r}; can't understand '{match[0]}'")
        found.append((match["key"], "!=" if match["op"] == "!=" else "=", match["value"]))
    return found


def _terms(text: str) -> list[re.Match[str]]:
    if len(text) > LENGTH_MAX:
        raise bad_request(f"selector is longer than {LENGTH_MAX} characters")
    found: list[re.Match[str]] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TERM.match(text, position)
        if match is None:
            raise bad_request(f"unable to parse requirement: found '{text[position : position + 40]}'")
        found.append(match)
        position = match.end()
    return found


def _holds(value: str | None, operator: str, values: tuple[str, ...]) -> bool:
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    return (value is not None) == (operator == "Exists")


def _text(key: str, operator: str, values: tuple[str, ...]) -> str:
    if operator == "Exists":
        return key
    if operator == "DoesNotExist":
        return f"!{key}"
    if len(values) == 1:
        return f"{key}{'=' if operator == 'In' else '!='}{values[0]}"
    return f"{key} {'in' if operator == 'In' else 'notin'} ({','.join(values)})"
