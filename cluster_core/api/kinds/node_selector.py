"""Selectors of nodes, by labels and by name. Upstream: `ValidateNodeSelector` of `pkg/apis/core/validation`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import named
from cluster_core.api.request import Obj

NO_TERMS = "must have at least one node selector term"
ONE_VALUE = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
UNKNOWN = "not a valid selector operator"


def validate_node_affinity(affinity: Obj, path: str) -> list[Cause]:
    """What a pod requires of its node and what it prefers."""
    causes: list[Cause] = []
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is not None:
        causes += validate_node_selector(required, f"{path}.requiredDuringSchedulingIgnoredDuringExecution")
    for index, preferred in enumerate(affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
        place = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        if not 1 <= preferred.get("weight", 0) <= 100:
            words = "must be in the range 1-100"
            causes.append(Cause(f"{place}.weight", "Invalid", words, preferred.get("weight", 0)))
        causes += _validate_term(preferred.get("preference") or {}, f"{place}.preference", strict=False)
    return causes


def validate_node_selector(selector: Obj, path: str) -> list[Cause]:
    """At least one term; its values are values of labels."""
    terms, here = selector.get("nodeSelectorTerms") or (), f"{path}.nodeSelectorTerms"
    if not terms:
        return [Cause(here, "Required", NO_TERMS)]
    return [
        cause for index, term in enumerate(terms) for cause in _validate_term(term, f"{here}[{index}]", strict=True)
    ]


def _validate_term(term: Obj, path: str, strict: bool) -> list[Cause]:
    causes: list[Cause] = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        causes += _validate_expression(expression, f"{path}.matchExpressions[{index}]", strict)
    for index, expression in enumerate(term.get("matchFields") or ()):
        causes += _validate_field(expression, f"{path}.matchFields[{index}]")
    return causes


def _validate_expression(expression: Obj, path: str, strict: bool) -> list[Cause]:
    """About a label. A wish (not `strict`) may have values that no label can have."""
    causes: list[Cause] = []
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    if operator in ("In", "NotIn"):
        if not values:
            words = "must be specified when `operator` is 'In' or 'NotIn'"
            causes.append(Cause(f"{path}.values", "Required", words))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            causes.append(Cause(f"{path}.values", "Forbidden", words))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            words = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            causes.append(Cause(f"{path}.values", "Required", words))
    else:
        causes.append(Cause(f"{path}.operator", "Invalid", UNKNOWN, operator))
    causes += named(expression.get("key", ""), names.qualified, f"{path}.key")
    for index, value in enumerate(values if strict else ()):
        causes += named(value, names.label_value, f"{path}.values[{index}]")
    return causes


def _validate_field(expression: Obj, path: str) -> list[Cause]:
    """About a field of a node; the name is the only one."""
    causes: list[Cause] = []
    key, operator, values = expression.get("key", ""), expression.get("operator", ""), expression.get("values") or ()
    if operator not in ("In", "NotIn"):
        causes.append(Cause(f"{path}.operator", "Invalid", UNKNOWN, operator))
    elif len(values) != 1:
        causes.append(Cause(f"{path}.values", "Required", ONE_VALUE))
    if key != "metadata.name":
        return [*causes, Cause(f"{path}.key", "Invalid", "not a valid field selector key", key)]
    for index, value in enumerate(values):
        causes += named(value, names.subdomain, f"{path}.values[{index}]")
    return causes
