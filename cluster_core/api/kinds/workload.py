"""ReplicaSet, ReplicationController, Deployment: a number of pods of a template."""

from __future__ import annotations

from typing import Any, ClassVar

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import IMMUTABLE, Kind, non_negative, validate_labels
from cluster_core.api.kinds.pod_defaults import default_pod_spec
from cluster_core.api.kinds.pod_validation import validate_pod_spec
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector, from_map
from cluster_core.api.selector_validation import validate_label_selector

LABELS = "spec.template.metadata.labels"
MISMATCH = "`selector` does not match template `labels`"
PERCENT_WORDS = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
    "regex used for validation is '[0-9]+%')"
)


class ReplicaSet(Kind):
    """Keeps a number of pods that a set-based selector matches."""

    group, kind, plural, short_names, categories = "apps", "ReplicaSet", "replicasets", ("rs",), ("all",)
    initial_status: ClassVar[Obj | None] = {"replicas": 0}
    field_labels: ClassVar[tuple[str, ...]] = ("status.replicas",)

    def defaults(self, obj: Obj) -> Obj:
        """One replica, template defaults."""
        return {**obj, "spec": {"replicas": 1, **_with_template(obj.get("spec") or {})}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Replicas, selector, template."""
        spec = obj["spec"]
        causes = non_negative(spec.get("replicas"), "spec.replicas")
        causes += non_negative(spec.get("minReadySeconds"), "spec.minReadySeconds")
        return causes + self._validate_selector(spec) + _validate_template(spec, self.kind)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The selector is fixed."""
        if new["spec"].get("selector") != old["spec"].get("selector"):
            return [Cause("spec.selector", "Invalid", IMMUTABLE, new["spec"].get("selector"))]
        return []

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """status.replicas too."""
        return {**super().selectable_fields(obj), "status.replicas": str(obj.get("status", {}).get("replicas", 0))}

    def _validate_selector(self, spec: Obj) -> list[Cause]:
        selector, labels = spec.get("selector"), _template_labels(spec)
        if selector is None:
            return [Cause("spec.selector", "Required"), Cause(LABELS, "Invalid", MISMATCH, labels)]
        causes = validate_label_selector(selector, "spec.selector")
        if not any(selector.values()):
            words = f"empty selector is invalid for {self.kind.lower()}"
            return [*causes, Cause("spec.selector", "Invalid", words, selector)]
        if not causes and not from_label_selector(selector).matches(labels):
            causes.append(Cause(LABELS, "Invalid", MISMATCH, labels))
        return causes


class ReplicationController(ReplicaSet):
    """The older form, with a selector of equal labels only."""

    group, kind, plural, short_names = "", "ReplicationController", "replicationcontrollers", ("rc",)

    def defaults(self, obj: Obj) -> Obj:
        """Selector and labels come from the template when they are not given."""
        obj = super().defaults(obj)
        labels = _template_labels(obj["spec"])
        if labels and not obj["spec"].get("selector"):
            obj = {**obj, "spec": {**obj["spec"], "selector": labels}}
        if labels and not obj["metadata"].get("labels"):
            obj = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
        return obj

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A ReplicationController's selector may change."""
        return []

    def _validate_selector(self, spec: Obj) -> list[Cause]:
        selector, labels = spec.get("selector"), _template_labels(spec)
        if not selector:
            return [Cause("spec.selector", "Required")]
        causes = validate_labels(selector, "spec.selector")
        if not from_map(selector).matches(labels):
            causes.append(Cause(LABELS, "Invalid", MISMATCH, labels))
        return causes


class Deployment(ReplicaSet):
    """Declarative updates of a template, by ReplicaSets."""

    kind, plural, short_names = "Deployment", "deployments", ("deploy",)
    initial_status = {}
    field_labels: ClassVar[tuple[str, ...]] = ()

    def defaults(self, obj: Obj) -> Obj:
        """RollingUpdate 25 %/25 %, 10 old revisions, 600 s to progress."""
        obj = super().defaults(obj)
        strategy = {"type": "RollingUpdate", **(obj["spec"].get("strategy") or {})}
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

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Nothing beside the metadata."""
        return Kind.selectable_fields(self, obj)


def _validate_strategy(strategy: Obj) -> list[Cause]:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind not in ("Recreate", "RollingUpdate"):
        return [Cause("spec.strategy.type", "NotSupported", supported("Recreate", "RollingUpdate"), kind)]
    if kind == "Recreate":
        words = "may not be specified when strategy `type` is 'Recreate'"
        return [Cause("spec.strategy.rollingUpdate", "Forbidden", words)] if rolling is not None else []
    return _validate_rolling(rolling or {})


def _validate_rolling(rolling: Obj) -> list[Cause]:
    path = "spec.strategy.rollingUpdate"
    shares = [(field, rolling.get(field)) for field in ("maxUnavailable", "maxSurge")]
    causes = [cause for field, value in shares for cause in _int_or_percent(value, f"{path}.{field}")]
    if causes:
        return causes
    if all(str(value).rstrip("%").lstrip("0") == "" for _field, value in shares):
        words = "may not be 0 when `maxSurge` is 0"
        causes.append(Cause(f"{path}.maxUnavailable", "Invalid", words, rolling["maxUnavailable"]))
    if str(rolling["maxUnavailable"]).endswith("%") and int(str(rolling["maxUnavailable"])[:-1]) > 100:
        causes.append(
            Cause(f"{path}.maxUnavailable", "Invalid", "must not be greater than 100%", rolling["maxUnavailable"])
        )
    return causes


def _int_or_percent(value: Any, path: str) -> list[Cause]:
    if isinstance(value, str):
        number = value[:-1]
        if value.endswith("%") and number.isascii() and number.isdigit() and len(number) < 8:
            return []
        return [Cause(path, "Invalid", PERCENT_WORDS, value)]
    return non_negative(value, path)


def _with_template(spec: Obj) -> Obj:
    spec = {name: value for name, value in spec.items() if value is not None}
    template = spec.get("template") or {}
    meta = {name: value for name, value in (template.get("metadata") or {}).items() if value is not None}
    return {**spec, "template": {**template, "metadata": meta, "spec": default_pod_spec(template.get("spec") or {})}}


def _template_labels(spec: Obj) -> dict[str, str]:
    found: dict[str, str] = spec["template"]["metadata"].get("labels") or {}
    return found


def _validate_template(spec: Obj, kind: str) -> list[Cause]:
    inner = spec["template"]["spec"]
    causes = validate_labels(_template_labels(spec), LABELS)
    causes += validate_pod_spec(inner, "spec.template.spec")
    policy = inner.get("restartPolicy")
    if policy in ("OnFailure", "Never"):
        causes.append(Cause("spec.template.spec.restartPolicy", "NotSupported", supported("Always"), policy))
    if "activeDeadlineSeconds" in inner:
        words = f"activeDeadlineSeconds in {'ReplicationController' if kind == 'ReplicationController' else 'ReplicaSet'} is not Supported"
        causes.append(Cause("spec.template.spec.activeDeadlineSeconds", "Forbidden", words))
    return causes
