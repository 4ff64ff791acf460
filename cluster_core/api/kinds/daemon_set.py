"""DaemonSet: a pod on every node. Upstream: `pkg/apis/apps`, `pkg/registry/apps/daemonset/strategy.go`."""

from __future__ import annotations

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import immutable, int_or_percent, not_over_100_percent, share
from cluster_core.api.kinds.kind import Kind, non_negative
from cluster_core.api.kinds.replica_status import validate_collisions
from cluster_core.api.kinds.template import (
    is_valid_selector,
    selector_mismatch,
    validate_endless,
    validate_selector,
    validate_template,
    with_template,
)
from cluster_core.api.request import Obj

EMPTY = "empty selector is invalid for daemonset"
GENERATION = "deprecated.daemonset.template.generation"
COUNTS = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)


class DaemonSet(Kind):
    """One pod on each node that fits."""

    group, kind, plural, short_names = "apps", "DaemonSet", "daemonsets", ("ds",)
    categories = ("all",)
    initial_status = {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
    }

    def defaults(self, obj: Obj) -> Obj:
        """Rolling updates one by one, 10 old revisions."""
        given = with_template(obj.get("spec"))
        strategy = given.get("updateStrategy") or {}
        strategy = {**strategy, "type": strategy.get("type") or "RollingUpdate"}
        if strategy["type"] == "RollingUpdate":
            strategy["rollingUpdate"] = {"maxUnavailable": 1, "maxSurge": 0, **(strategy.get("rollingUpdate") or {})}
        return {**obj, "spec": {"revisionHistoryLimit": 10, **given, "updateStrategy": strategy}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Selector, template, strategy."""
        spec = obj["spec"]
        selector = spec.get("selector")
        causes = [] if selector is None else validate_selector(selector, EMPTY)
        if is_valid_selector(selector):
            causes += selector_mismatch(selector, spec, "spec")
        causes += validate_template(spec["template"], "spec.template")
        causes += validate_endless(spec["template"], "spec.template", "DaemonSet")
        causes += non_negative(spec.get("minReadySeconds"), "spec.minReadySeconds")
        causes += _validate_strategy(spec["updateStrategy"])
        return causes + non_negative(spec.get("revisionHistoryLimit"), "spec.revisionHistoryLimit")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The selector is fixed."""
        return immutable(new["spec"].get("selector"), old["spec"].get("selector"), "spec.selector")

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """No count below zero; collisions only grow."""
        status = new.get("status") or {}
        causes = [cause for field in COUNTS for cause in non_negative(status.get(field), f"status.{field}")]
        return causes + validate_collisions(status, old.get("status") or {})

    def prepare_create(self, obj: Obj) -> Obj:
        """Templates are counted from 1, in an annotation."""
        return _counted(super().prepare_create(obj), 1)

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """A changed template is counted."""
        count = _generation(old) + (new["spec"]["template"] != old["spec"]["template"])
        return _counted(super().prepare_update(new, old), count)


def _counted(obj: Obj, count: int) -> Obj:
    annotations = {**(obj["metadata"].get("annotations") or {}), GENERATION: str(count)}
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}


def _generation(obj: Obj) -> int:
    text = (obj["metadata"].get("annotations") or {}).get(GENERATION, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _validate_strategy(strategy: Obj) -> list[Cause]:
    if strategy["type"] == "OnDelete":
        return []
    if strategy["type"] != "RollingUpdate":
        return [Cause("spec.updateStrategy", "NotSupported", supported("RollingUpdate", "OnDelete"), strategy)]
    path, rolling = "spec.updateStrategy.rollingUpdate", strategy["rollingUpdate"]
    unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
    causes = int_or_percent(unavailable, f"{path}.maxUnavailable") + int_or_percent(surge, f"{path}.maxSurge")
    causes += not_over_100_percent(unavailable, f"{path}.maxUnavailable")
    causes += not_over_100_percent(surge, f"{path}.maxSurge")
    if share(unavailable) and share(surge):
        words = "may not be set when maxUnavailable is non-zero"
        causes.append(Cause(f"{path}.maxSurge", "Invalid", words, surge))
    elif not share(unavailable) and not share(surge):
        causes.append(Cause(f"{path}.maxUnavailable", "Required", "cannot be 0 when maxSurge is 0"))
    return causes
