"""Validation of LabelSelectors. Upstream: apimachinery `pkg/apis/meta/v1/validation/validation.go`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def validate_label_selector(selector: Obj, path: str) -> list[Cause]:
    """Keys, values and operators of a LabelSelector."""
    causes: list[Cause] = []
    for key, value in (selector.get("matchLabels") or {}).items():
        causes += [Cause(f"{path}.matchLabels", "Invalid", words, key) for words in names.qualified(key)]
        causes += [Cause(f"{path}.matchLabels", "Invalid", words, value) for words in names.label_value(value)]
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        causes += _validate_expression(expression, f"{path}.matchExpressions[{index}]")
    return causes


def _validate_expression(expression: Obj, path: str) -> list[Cause]:
    key, operator = expression.get("key", ""), expression.get("operator", "")
    values = expression.get("values") or ()
    causes: list[Cause] = []
    if operator not in OPERATORS:
        causes.append(Cause(f"{path}.operator", "Invalid", "not a valid selector operator", operator))
    elif operator in ("In", "NotIn") and not values:
        causes.append(Cause(f"{path}.values", "Required", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist") and values:
        words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        causes.append(Cause(f"{path}.values", "Forbidden", words))
    causes += [Cause(f"{path}.key", "Invalid", words, key) for words in names.qualified(key)]
    for index, value in enumerate(values):
        causes += [Cause(f"{path}.values[{index}]", "Invalid", words, value) for words in names.label_value(value)]
    return causes
