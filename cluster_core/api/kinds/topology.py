"""Selectors of topologies, by labels of nodes. Upstream: `ValidateTopologySelectorTerm` of `pkg/apis/core/validation`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import named
from cluster_core.api.request import Obj


def validate_topologies(terms: Any, path: str) -> list[Cause]:
    """Terms, none of them twice."""
    causes: list[Cause] = []
    seen: list[dict[str, list[str]]] = []
    for index, term in enumerate(terms):
        here = f"{path}[{index}]"
        found, wrong = _validate_term(term, here)
        causes += wrong
        if found in seen:
            causes.append(Cause(f"{here}.matchLabelExpressions", "Duplicate", "", ""))
        seen.append(found)
    return causes


def _validate_term(term: Obj, path: str) -> tuple[dict[str, list[str]], list[Cause]]:
    causes: list[Cause] = []
    found: dict[str, list[str]] = {}
    if not term.get("matchLabelExpressions"):
        causes.append(Cause(f"{path}.matchLabelExpressions", "Required"))
    for index, expression in enumerate(term.get("matchLabelExpressions") or ()):
        here, key = f"{path}.matchLabelExpressions[{index}]", expression.get("key") or ""
        values = expression.get("values") or []
        if not values:
            causes.append(Cause(f"{here}.values", "Required"))
        causes += [
            Cause(f"{here}.values[{place}]", "Duplicate", "", value)
            for place, value in enumerate(values)
            if value in values[:place]
        ]
        causes += named(key, names.qualified, f"{here}.key")
        if key in found:
            causes.append(Cause(f"{here}.key", "Duplicate", "", key))
        found[key] = sorted(values)
    return found, causes
