"""One item of a LimitRange: defaults, and amounts that fit together.

Upstream: `SetDefaults_LimitRangeItem`, `ValidateLimitRange` of `pkg/apis/core`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import quantity
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.resource_names import (
    is_overcommittable,
    validate_container_resource_name,
    validate_resource_name,
)
from cluster_core.api.request import Obj

FIELDS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
# Lower bound, upper bound, the field that a violation is told of, whose amount is shown, and the words.
ORDERS = (
    ("min", "max", "min", "min", "min value {0} is greater than max value {1}"),
    (
        "min",
        "defaultRequest",
        "defaultRequest",
        "defaultRequest",
        "min value {0} is greater than default request value {1}",
    ),
    (
        "defaultRequest",
        "max",
        "defaultRequest",
        "defaultRequest",
        "default request value {0} is greater than max value {1}",
    ),
    (
        "defaultRequest",
        "default",
        "defaultRequest",
        "defaultRequest",
        "default request value {0} is greater than default limit value {1}",
    ),
    ("min", "default", "default", "min", "min value {0} is greater than default value {1}"),
    ("default", "max", "default", "max", "default value {0} is greater than max value {1}"),
)


def default_limits(item: Obj) -> Obj:
    """What the bounds of containers say of the amounts that are left out."""
    if item.get("type") != "Container":
        return item
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    found = {name: value for name, value in item.items() if name not in ("default", "defaultRequest")}
    if limits:
        found["default"] = limits
    if requests:
        found["defaultRequest"] = requests
    return found


def validate_limits(item: Obj, path: str) -> list[Cause]:
    """Names of resources, and amounts that fit together."""
    kind = item.get("type") or ""
    rule = validate_container_resource_name if kind in ("Pod", "Container") else validate_resource_name
    amounts: dict[str, dict[str, Any]] = {}
    causes: list[Cause] = []
    for field in FIELDS:
        given = item.get(field) or {}
        if kind == "Pod" and field in ("default", "defaultRequest"):
            if given:
                causes.append(Cause(f"{path}.{field}", "Forbidden", "may not be specified when `type` is 'Pod'"))
            continue
        for name, amount in given.items():
            causes += rule(name, f"{path}.{field}[{name}]")
            amounts.setdefault(name, {})[field] = amount
    if kind == "PersistentVolumeClaim" and not {"min", "max"} & set(amounts.get("storage", ())):
        words = "either minimum or maximum storage value is required, but neither was provided"
        causes.append(Cause(f"{path}.limits", "Required", words))
    for name in sorted(amounts):
        causes += _validate_amounts(name, amounts[name], path)
    return causes


def _validate_amounts(name: str, amounts: dict[str, Any], path: str) -> list[Cause]:
    values = {field: quantity.parse(amount) for field, amount in amounts.items()}
    texts = {field: quantity.canonical(amount) for field, amount in amounts.items()}
    causes = [
        Cause(f"{path}.{told}[{name}]", "Invalid", words.format(texts[low], texts[high]), texts[shown])
        for low, high, told, shown, words in ORDERS
        if low in values and high in values and values[low] > values[high]
    ]
    if "maxLimitRequestRatio" in values:
        causes += _validate_ratio(values, texts, f"{path}.maxLimitRequestRatio[{name}]")
    if is_overcommittable(name) or not {"default", "defaultRequest"} <= set(values):
        return causes
    if values["default"] != values["defaultRequest"]:
        limit, request = texts["default"], texts["defaultRequest"]
        words = f"default value {limit} must equal to defaultRequest value {request} in {name}"
        causes.append(Cause(f"{path}.defaultRequest[{name}]", "Invalid", words, request))
    return causes


def _validate_ratio(values: dict[str, Any], texts: dict[str, str], path: str) -> list[Cause]:
    ratio, shown = values["maxLimitRequestRatio"], texts["maxLimitRequestRatio"]
    causes = [] if ratio >= 1 else [Cause(path, "Invalid", f"ratio {shown} is less than 1", shown)]
    if "min" in values and "max" in values and values["min"]:
        most = values["max"] / values["min"]
        if ratio > most:
            words = f"ratio {shown} is greater than max/min = {float(most):f}"
            causes.append(Cause(path, "Invalid", words, shown))
    return causes
