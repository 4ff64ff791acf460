"""HorizontalPodAutoscaler: stored as autoscaling/v2, served as v1 too. Upstream: `pkg/apis/autoscaling`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import choice, must_be_named
from cluster_core.api.kinds.kind import Kind, non_negative
from cluster_core.api.kinds.metric_validation import validate_metrics
from cluster_core.api.request import Obj

CPU_PERCENT = 80
SELECT_POLICIES = ("Disabled", "Max", "Min")
POLICY_TYPES = ("Percent", "Pods")
WINDOW_MAX = 3600
PERIOD_MAX = 1800
SCALE_UP: Obj = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
SCALE_DOWN: Obj = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}


class HorizontalPodAutoscaler(Kind):
    """Sets the number of replicas by metrics."""

    group, kind, plural, short_names = "autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", ("hpa",)
    version = "v2"
    versions = ("v2", "v1")
    categories = ("all",)
    has_spec = False
    initial_status = {"desiredReplicas": 0, "currentMetrics": None}

    def defaults(self, obj: Obj) -> Obj:
        """At least one replica, 80 % of the requested CPU; rules of scaling are filled up when there are any."""
        spec: dict[str, Any] = {"minReplicas": 1, **(obj.get("spec") or {})}
        if not spec.get("metrics"):
            spec["metrics"] = [cpu_utilization(CPU_PERCENT)]
        if spec.get("behavior") is not None:
            spec["behavior"] = default_behavior(spec["behavior"])
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Bounds, target, metrics and rules."""
        spec = obj["spec"]
        least, most = spec["minReplicas"], spec.get("maxReplicas") or 0
        causes: list[Cause] = []
        if least < 1:
            causes.append(Cause("spec.minReplicas", "Invalid", "must be greater than or equal to 1", least))
        if most < 1:
            causes.append(Cause("spec.maxReplicas", "Invalid", "must be greater than 0", most))
        if most < least:
            words = "must be greater than or equal to `minReplicas`"
            causes.append(Cause("spec.maxReplicas", "Invalid", words, most))
        target = spec.get("scaleTargetRef") or {}
        for field in ("kind", "name"):
            causes += must_be_named(target, field, names.path_segment, "spec.scaleTargetRef")
        causes += validate_metrics(spec["metrics"], least, "spec.metrics")
        for field in ("scaleUp", "scaleDown"):
            rules = (spec.get("behavior") or {}).get(field)
            causes += _validate_rules(rules, f"spec.behavior.{field}") if rules is not None else []
        return causes

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """No replicas below zero."""
        status = new.get("status") or {}
        counts = ("currentReplicas", "desiredReplicas")
        return [cause for field in counts for cause in non_negative(status.get(field), f"status.{field}")]


def cpu_utilization(percent: int) -> Obj:
    """The metric that autoscaling/v1 knows."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def default_behavior(behavior: Obj) -> Obj:
    """Both directions, each with what it leaves out."""
    ups, downs = behavior.get("scaleUp") or {}, behavior.get("scaleDown") or {}
    return {**behavior, "scaleUp": {**SCALE_UP, **ups}, "scaleDown": {**SCALE_DOWN, **downs}}


def _validate_rules(rules: Obj, path: str) -> list[Cause]:
    window, policies = rules.get("stabilizationWindowSeconds"), rules.get("policies") or ()
    causes: list[Cause] = []
    if (window or 0) < 0:
        words = "must be greater than or equal to zero"
        causes.append(Cause(f"{path}.stabilizationWindowSeconds", "Invalid", words, window))
    if (window or 0) > WINDOW_MAX:
        words = f"must be less than or equal to {WINDOW_MAX}"
        causes.append(Cause(f"{path}.stabilizationWindowSeconds", "Invalid", words, window))
    causes += choice(rules.get("selectPolicy"), SELECT_POLICIES, f"{path}.selectPolicy")
    if not policies:
        causes.append(Cause(f"{path}.policies", "Required", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        causes += _validate_policy(policy, f"{path}.policies[{index}]")
    return causes


def _validate_policy(policy: Obj, path: str) -> list[Cause]:
    value, period = policy.get("value") or 0, policy.get("periodSeconds") or 0
    causes = choice(policy.get("type", ""), POLICY_TYPES, f"{path}.type")
    if value <= 0:
        causes.append(Cause(f"{path}.value", "Invalid", "must be greater than zero", value))
    if period <= 0:
        causes.append(Cause(f"{path}.periodSeconds", "Invalid", "must be greater than zero", period))
    if period > PERIOD_MAX:
        words = f"must be less than or equal to {PERIOD_MAX}"
        causes.append(Cause(f"{path}.periodSeconds", "Invalid", words, period))
    return causes
