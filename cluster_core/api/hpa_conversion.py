"""HorizontalPodAutoscaler as autoscaling/v1 shows it: one CPU target; what v2 has besides travels in annotations.

Upstream: `pkg/apis/autoscaling/v1/conversion.go`, `pkg/apis/autoscaling/helpers.go`.
"""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.kinds.autoscaling import cpu_utilization
from cluster_core.api.request import Obj

PREFIX = "autoscaling.alpha.kubernetes.io/"
METRICS, CURRENT, BEHAVIOR, CONDITIONS = (
    f"{PREFIX}{name}" for name in ("metrics", "current-metrics", "behavior", "conditions")
)
DROPPED = (METRICS, CURRENT, BEHAVIOR, CONDITIONS)
# Names of v1 and where v2 has them, in the order of the structs of v1, by the source of a metric.
SPECS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "object": (
        ("target", ("describedObject",)),
        ("metricName", ("metric", "name")),
        ("targetValue", ("target", "value")),
        ("selector", ("metric", "selector")),
        ("averageValue", ("target", "averageValue")),
    ),
    "pods": (
        ("metricName", ("metric", "name")),
        ("targetAverageValue", ("target", "averageValue")),
        ("selector", ("metric", "selector")),
    ),
    "resource": (
        ("name", ("name",)),
        ("targetAverageUtilization", ("target", "averageUtilization")),
        ("targetAverageValue", ("target", "averageValue")),
    ),
    "containerResource": (
        ("name", ("name",)),
        ("targetAverageUtilization", ("target", "averageUtilization")),
        ("targetAverageValue", ("target", "averageValue")),
        ("container", ("container",)),
    ),
    "external": (
        ("metricName", ("metric", "name")),
        ("metricSelector", ("metric", "selector")),
        ("targetValue", ("target", "value")),
        ("targetAverageValue", ("target", "averageValue")),
    ),
}
STATUSES = {
    source: tuple(
        (
            name.replace("target", "current") if name != "target" else name,
            ("current", path[1]) if path[0] == "target" else path,
        )
        for name, path in fields
    )
    for source, fields in SPECS.items()
}
# Structs of upstream's internal type have no JSON names: its annotation shows Go's.
RULES = (
    ("StabilizationWindowSeconds", "stabilizationWindowSeconds"),
    ("SelectPolicy", "selectPolicy"),
    ("Policies", "policies"),
    ("Tolerance", "tolerance"),
)
POLICY = (("Type", "type"), ("Value", "value"), ("PeriodSeconds", "periodSeconds"))


def to_v1(obj: Obj) -> Obj:
    """The stored object as autoscaling/v1."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    metrics, behavior = spec.pop("metrics", None) or [], spec.pop("behavior", None)
    current, conditions = status.pop("currentMetrics", None) or [], status.pop("conditions", None) or []
    for percent in [_cpu_percent(metric, "target") for metric in metrics]:
        if percent is not None:
            spec["targetCPUUtilizationPercentage"] = percent
            break
    for percent in [_cpu_percent(metric, "current") for metric in current]:
        if percent is not None:
            status["currentCPUUtilizationPercentage"] = percent
    others = [_metric_to_v1(metric, SPECS) for metric in metrics if _cpu_percent(metric, "target") is None]
    told: dict[str, Any] = {METRICS: others, CURRENT: [_metric_to_v1(metric, STATUSES) for metric in current]}
    if behavior is not None:
        told[BEHAVIOR] = {
            name: _rules_to_go(behavior.get(name[0].lower() + name[1:])) for name in ("ScaleUp", "ScaleDown")
        }
    told[CONDITIONS] = conditions
    kept = _without_round_trip(obj)
    kept.update({name: json.dumps(value, separators=(",", ":")) for name, value in told.items() if value})
    found = {**obj, "metadata": _with_annotations(obj["metadata"], kept), "spec": spec}
    return {**found, "status": status} if "status" in obj else found


def to_v2(obj: Obj) -> Obj:
    """An object of autoscaling/v1 as it is stored; annotations that cannot be read are left out."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    metrics = [_metric_to_v2(metric, "target") for metric in _read(annotations, METRICS)]
    metrics += [] if percent is None else [cpu_utilization(percent)]
    if metrics:
        spec["metrics"] = metrics
    behavior = _behavior(annotations)
    if behavior:
        spec["behavior"] = behavior
    percent = status.pop("currentCPUUtilizationPercentage", None)
    current = [_metric_to_v2(metric, "current") for metric in _read(annotations, CURRENT)]
    if not current and percent is not None:
        current = [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": percent}}}]
    if current:
        status["currentMetrics"] = current
    conditions = _read(annotations, CONDITIONS)
    if conditions:
        status["conditions"] = conditions
    found = {**obj, "metadata": _with_annotations(obj.get("metadata") or {}, _without_round_trip(obj)), "spec": spec}
    return {**found, "status": status} if status or "status" in obj else found


def _cpu_percent(metric: Obj, field: str) -> int | None:
    resource = metric.get("resource") or {}
    if metric.get("type") != "Resource" or resource.get("name") != "cpu":
        return None
    found: int | None = (resource.get(field) or {}).get("averageUtilization")
    return found


def _metric_to_v1(metric: Obj, tables: dict[str, Any]) -> Obj:
    found: Obj = {"type": metric.get("type", "")}
    for source, fields in tables.items():
        if metric.get(source) is None:
            continue
        found[source] = {name: value for name, path in fields if (value := _at(metric[source], path)) is not None}
    return found


def _at(obj: Obj, path: tuple[str, ...]) -> Any:
    found: Any = obj
    for name in path:
        found = (found or {}).get(name)
    return found


def _metric_to_v2(metric: Obj, field: str) -> Obj:
    """`field` is "target" of what is wanted, "current" of what was measured."""
    found: Obj = {"type": metric.get("type", "")}
    for source, fields in (SPECS if field == "target" else STATUSES).items():
        given = metric.get(source)
        if not isinstance(given, dict):
            continue
        made: Obj = {}
        for name, path in fields:
            if given.get(name) is None:
                continue
            if len(path) == 1:
                made[path[0]] = given[name]
            else:
                made.setdefault(path[0], {})[path[1]] = given[name]
        if field == "target":
            made["target"] = {"type": _target_type(source, made.get("target") or {}), **made.get("target", {})}
        found[source] = made
    return found


def _target_type(source: str, target: Obj) -> str:
    if source == "object":
        return "AverageValue" if "averageValue" in target else "Value"
    if source == "external":
        return "Value" if "value" in target else "AverageValue"
    return "Utilization" if "averageUtilization" in target and source != "pods" else "AverageValue"


def _rules_to_go(rules: Obj | None) -> Obj | None:
    if rules is None:
        return None
    found = {name: rules.get(field) for name, field in RULES}
    if found["Policies"] is not None:
        found["Policies"] = [{name: policy.get(field) for name, field in POLICY} for policy in found["Policies"]]
    return found


def _behavior(annotations: Obj) -> Obj:
    given = _lowered(_read(annotations, BEHAVIOR, {}))
    found: Obj = {}
    for direction in ("scaleUp", "scaleDown"):
        rules = given.get(direction.lower())
        if not isinstance(rules, dict):
            continue
        rules = _lowered(rules)
        made = {field: rules[name.lower()] for name, field in RULES if rules.get(name.lower()) is not None}
        policies = made.get("policies")
        if isinstance(policies, list):
            lowered = [_lowered(policy) for policy in policies if isinstance(policy, dict)]
            made["policies"] = [{field: one.get(name.lower()) for name, field in POLICY} for one in lowered]
        found[direction] = made
    return found


def _lowered(given: Any) -> Obj:
    """Go reads names of any case."""
    return {str(name).lower(): value for name, value in given.items()} if isinstance(given, dict) else {}


def _read(annotations: Obj, name: str, empty: Any = ()) -> Any:
    try:
        found = json.loads(annotations.get(name, "null"))
    except (TypeError, ValueError):
        return empty
    if isinstance(empty, dict):
        return found if isinstance(found, dict) else empty
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else empty


def _without_round_trip(obj: Obj) -> Obj:
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    return {name: value for name, value in annotations.items() if name not in DROPPED}


def _with_annotations(meta: Obj, annotations: Obj) -> Obj:
    kept = {name: value for name, value in meta.items() if name != "annotations"}
    return {**kept, "annotations": annotations} if annotations else kept
