"""ReplicaSet, ReplicationController, Deployment: a number of pods of a template. Upstream: `pkg/apis/apps`, `pkg/apis/core`."""

from __future__ import annotations

from typing import Any, ClassVar

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import immutable, int_or_percent, not_over_100_percent, share
from cluster_core.api.kinds.kind import Kind, non_negative
from cluster_core.api.kinds.replica_status import validate_collisions, validate_replica_status
from cluster_core.api.kinds.template import (
    MISMATCH,
    is_valid_selector,
    selector_mismatch,
    template_labels,
    validate_endless,
    validate_selector,
    validate_template,
    with_template,
)
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_map

EMPTY = "empty selector is invalid for deployment"
REPLICA_SET_COUNTS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")
DEPLOYMENT_COUNTS = (
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
    "collisionCount",
)


class ReplicaSet(Kind):
    """Keeps a number of pods that a set-based selector matches."""

    group, kind, plural, short_names, categories = "apps", "ReplicaSet", "replicasets", ("rs",), ("all",)
    initial_status: ClassVar[Obj | None] = {"replicas": 0}
    field_labels: ClassVar[tuple[str, ...]] = ("status.replicas",)

    def defaults(self, obj: Obj) -> Obj:
        """One replica, template defaults."""
        return {**obj, "spec": {"replicas": 1, **with_template(obj.get("spec"))}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Replicas, selector, template."""
        spec = obj["spec"]
        causes = non_negative(spec.get("replicas"), "spec.replicas")
        causes += non_negative(spec.get("minReadySeconds"), "spec.minReadySeconds")
        selector = spec.get("selector")
        causes += [Cause("spec.selector", "Required")] if selector is None else validate_selector(selector, EMPTY)
        if not is_valid_selector(selector):
            return [*causes, Cause("spec.selector", "Invalid", "invalid label selector", selector)]
        causes += selector_mismatch(selector, spec, "spec")
        causes += validate_template(spec["template"], "spec.template")
        return causes + validate_endless(spec["template"], "spec.template", "ReplicaSet")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The selector is fixed."""
        return immutable(new["spec"].get("selector"), old["spec"].get("selector"), "spec.selector")

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """No count below zero, none above the number of replicas."""
        return validate_replica_status(new.get("status") or {}, REPLICA_SET_COUNTS)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """status.replicas too."""
        return {**super().selectable_fields(obj), "status.replicas": str(obj.get("status", {}).get("replicas", 0))}


class ReplicationController(ReplicaSet):
    """The older form, with a selector of equal labels only."""

    group, kind, plural, short_names = "", "ReplicationController", "replicationcontrollers", ("rc",)

    def defaults(self, obj: Obj) -> Obj:
        """Selector and labels come from the template when they are not given."""
        obj = super().defaults(obj)
        labels = template_labels(obj["spec"])
        if labels and not obj["spec"].get("selector"):
            obj = {**obj, "spec": {**obj["spec"], "selector": labels}}
        if labels and not obj["metadata"].get("labels"):
            obj = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
        return obj

    def validate(self, obj: Obj) -> list[Cause]:
        """Replicas, selector, template."""
        spec = obj["spec"]
        causes = non_negative(spec.get("minReadySeconds"), "spec.minReadySeconds")
        selector, labels = spec.get("selector"), template_labels(spec)
        if not selector:
            causes.append(Cause("spec.selector", "Required"))
        elif not from_map(selector).matches(labels):
            causes.append(Cause("spec.template.metadata.labels", "Invalid", MISMATCH, labels or None))
        causes += non_negative(spec.get("replicas"), "spec.replicas")
        causes += validate_template(spec["template"], "spec.template")
        return causes + validate_endless(spec["template"], "spec.template", "ReplicationController")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A ReplicationController's selector may change."""
        return []


class Deployment(ReplicaSet):
    """Declarative updates of a template, by ReplicaSets."""

    kind, plural, short_names = "Deployment", "deployments", ("deploy",)
    initial_status = {}
    field_labels: ClassVar[tuple[str, ...]] = ()

    def defaults(self, obj: Obj) -> Obj:
        """RollingUpdate 25 %/25 %, 10 old revisions, 600 s to progress."""
        obj = super().defaults(obj)
        strategy = obj["spec"].get("strategy") or {}
        strategy = {**strategy, "type": strategy.get("type") or "RollingUpdate"}
        if strategy["type"] == "RollingUpdate":
            shares = {"maxSurge": "25%", "maxUnavailable": "25%"}
            strategy["rollingUpdate"] = {**shares, **(strategy.get("rollingUpdate") or {})}
        limits = {"revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
        return {**obj, "spec": {**limits, **obj["spec"], "strategy": strategy}}

    def validate(self, obj: Obj) -> list[Cause]:
        """The strategy and the limits too."""
        spec = obj["spec"]
        causes = super().validate(obj) + _validate_strategy(spec["strategy"])
        causes += non_negative(spec.get("revisionHistoryLimit"), "spec.revisionHistoryLimit")
        deadline, path = spec["progressDeadlineSeconds"], "spec.progressDeadlineSeconds"
        causes += non_negative(deadline, path)
        if deadline <= spec.get("minReadySeconds", 0):
            causes.append(Cause(path, "Invalid", "must be greater than minReadySeconds", deadline))
        return causes

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """No count below zero, none above the number of replicas; collisions only grow."""
        status = new.get("status") or {}
        return validate_replica_status(status, DEPLOYMENT_COUNTS) + validate_collisions(status, old.get("status") or {})

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Nothing beside the metadata."""
        return Kind.selectable_fields(self, obj)


def _validate_strategy(strategy: Obj) -> list[Cause]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind not in ("Recreate", "RollingUpdate"):
        return [Cause("spec.strategy", "NotSupported", supported("Recreate", "RollingUpdate"), strategy)]
    if kind == "Recreate":
        words = "may not be specified when strategy `type` is 'Recreate'"
        return [Cause("spec.strategy.rollingUpdate", "Forbidden", words)] if rolling is not None else []
    return _validate_rolling(rolling or {})


def _validate_rolling(rolling: Obj) -> list[Cause]:
    path = "spec.strategy.rollingUpdate"
    unavailable: Any = rolling.get("maxUnavailable")
    causes = int_or_percent(unavailable, f"{path}.maxUnavailable")
    causes += int_or_percent(rolling.get("maxSurge"), f"{path}.maxSurge")
    if share(unavailable) == 0 and share(rolling.get("maxSurge")) == 0:
        words = "may not be 0 when `maxSurge` is 0"
        causes.append(Cause(f"{path}.maxUnavailable", "Invalid", words, unavailable))
    return causes + not_over_100_percent(unavailable, f"{path}.maxUnavailable")
