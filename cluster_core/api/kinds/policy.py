"""PodDisruptionBudget: how many pods may be evicted at once. Upstream: `pkg/apis/policy`."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import choice, int_or_percent, non_negative, not_over_100_percent
from cluster_core.api.kinds.conditions import validate_conditions
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
UNHEALTHY = ("AlwaysAllow", "IfHealthyBudget")


class PodDisruptionBudget(Kind):
    """A bound on voluntary disruptions."""

    group, kind, plural, short_names = "policy", "PodDisruptionBudget", "poddisruptionbudgets", ("pdb",)
    initial_status = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}

    def defaults(self, obj: Obj) -> Obj:
        """A budget has a spec, empty if need be."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """One bound, as a number or a share."""
        spec = obj["spec"]
        causes: list[Cause] = []
        if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
            causes.append(Cause("spec", "Invalid", "minAvailable and maxUnavailable cannot be both set", spec))
        for field in ("minAvailable", "maxUnavailable"):
            causes += int_or_percent(spec.get(field), f"spec.{field}")
            causes += not_over_100_percent(spec.get(field), f"spec.{field}")
        causes += validate_label_selector(spec.get("selector") or {}, "spec.selector")
        return causes + choice(spec.get("unhealthyPodEvictionPolicy"), UNHEALTHY, "spec.unhealthyPodEvictionPolicy")

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Conditions; no count below zero."""
        status = new.get("status") or {}
        causes = validate_conditions(status.get("conditions") or (), "status.conditions")
        return causes + [cause for field in COUNTS for cause in non_negative(status.get(field), f"status.{field}")]
