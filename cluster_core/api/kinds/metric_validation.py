"""Metrics of HorizontalPodAutoscalers. Upstream: `pkg/apis/autoscaling/validation/validation.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import must_be_named
from cluster_core.api.kinds.kind import named
from cluster_core.api.kinds.resource_names import validate_container_resource_name
from cluster_core.api.request import Obj

TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
# The field of each type, in the order in which upstream looks at them.
FIELDS = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def validate_metrics(metrics: list[Obj], least: int, path: str) -> list[Cause]:
    """Each metric; only some can tell that a workload of no pods is needed again."""
    causes = [cause for index, metric in enumerate(metrics) for cause in _validate_metric(metric, f"{path}[{index}]")]
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        words = "must specify at least one Object or External metric to support scaling to zero replicas"
        causes.append(Cause(path, "Forbidden", words))
    return causes


def _validate_metric(metric: Obj, path: str) -> list[Cause]:
    kind = metric.get("type", "")
    causes: list[Cause] = []
    if not kind:
        causes.append(Cause(f"{path}.type", "Required", "must specify a metric source type"))
    if kind not in TYPES:
        causes.append(Cause(f"{path}.type", "NotSupported", supported(*TYPES), kind))
    given = [field for field in FIELDS.values() if metric.get(field) is not None]
    if given:
        causes += _validate_source(given[0], metric[given[0]], f"{path}.{given[0]}")
    expected = FIELDS.get(kind, "")
    if expected and expected not in given:
        words = "must populate information for the given metric source"
        causes.append(Cause(f"{path}.{expected}", "Required", words))
    words = "must populate the given metric source only"
    others = [field for field in given if field != expected] if len(given) != 1 else []
    return causes + [Cause(f"{path}.{field}", "Forbidden", words) for field in others]


def _validate_source(field: str, source: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if field == "object":
        for part in ("kind", "name"):
            causes += must_be_named(
                source.get("describedObject") or {}, part, names.path_segment, f"{path}.describedObject"
            )
    if field in ("object", "external", "pods"):
        causes += _validate_identifier(source.get("metric") or {}, f"{path}.metric")
    elif not source.get("name"):
        causes.append(Cause(f"{path}.name", "Required", "must specify a resource name"))
    elif field == "containerResource":
        causes += validate_container_resource_name(source["name"], f"{path}.name")
    if field == "containerResource":
        causes += _validate_container(source.get("container", ""), f"{path}.container")
    target = source.get("target") or {}
    return (
        causes + _validate_target(target, f"{path}.target") + _validate_kind_of_target(field, target, f"{path}.target")
    )


def _validate_identifier(metric: Obj, path: str) -> list[Cause]:
    name = metric.get("name")
    if not name:
        return [Cause(f"{path}.name", "Required", "must specify a metric name")]
    return named(name, names.path_segment, f"{path}.name")


def _validate_container(name: str, path: str) -> list[Cause]:
    return named(name, names.label, path) if name else [Cause(path, "Required", "must specify a container")]


def _validate_target(target: Obj, path: str) -> list[Cause]:
    kind = target.get("type", "")
    causes: list[Cause] = []
    if not kind:
        causes.append(Cause(f"{path}.type", "Required", "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        words = "must be either Utilization, Value, or AverageValue"
        causes.append(Cause(f"{path}.type", "Invalid", words, kind))
    for field in ("value", "averageValue"):
        amount: Any = target.get(field)
        if amount is not None and quantity.parse(amount) <= 0:
            causes.append(Cause(f"{path}.{field}", "Invalid", "must be positive", amount))
    percent = target.get("averageUtilization")
    if percent is not None and percent < 1:
        causes.append(Cause(f"{path}.averageUtilization", "Invalid", "must be greater than 0", percent))
    return causes


def _validate_kind_of_target(field: str, target: Obj, path: str) -> list[Cause]:
    """What a source needs of value, average value and utilization, and what may not go together."""
    value, average, percent = (target.get(name) is not None for name in ("value", "averageValue", "averageUtilization"))
    if field == "pods":
        words = "must specify a positive target averageValue"
        return [] if average else [Cause(f"{path}.averageValue", "Required", words)]
    if field in ("resource", "containerResource"):
        if not percent and not average:
            words = "must set either a target raw value or a target utilization"
            return [Cause(f"{path}.averageUtilization", "Required", words)]
        words = "may not set both a target raw value and a target utilization"
        return [Cause(f"{path}.averageValue", "Forbidden", words)] if percent and average else []
    if not value and not average:
        which = "target value or averageValue" if field == "object" else "target value for metric or a per-pod target"
        return [Cause(f"{path}.averageValue", "Required", f"must set either a {which}")]
    words = "may not set both a target value for metric and a per-pod target"
    return [Cause(f"{path}.value", "Forbidden", words)] if field == "external" and value and average else []
