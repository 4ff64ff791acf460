"""ReplicaSet, ReplicationController, Deployment: a number of pods of a template."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import IMMUTABLE, Kind, non_negative, validate_labels
from cluster_core.api.kinds.pod_spec import default_pod_spec, validate_pod_spec
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector, from_map


class ReplicaSet(Kind):
    """Keeps a number of pods that a set-based selector matches."""

    group, kind, plural, short_names, categories = "apps", "ReplicaSet", "replicasets", ("rs",), ("all",)

    def defaults(self, obj: Obj) -> Obj:
        """One replica, template defaults."""
        spec = obj.get("spec")
        return {**obj, "spec": {"replicas": 1, **_with_template(spec)}} if isinstance(spec, dict) else obj

    def validate(self, obj: Obj) -> list[Cause]:
        """Replicas, selector, template."""
        spec = obj.get("spec")
        if not isinstance(spec, dict):
            return [Cause("spec", "Required")]
        causes = non_negative(spec.get("replicas"), "spec.replicas")
        causes += non_negative(spec.get("minReadySeconds", 0), "spec.minReadySeconds")
        return causes + self._validate_selector(spec) + _validate_template(spec)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The selector is fixed."""
        if new["spec"].get("selector") != old["spec"].get("selector"):
            return [Cause("spec.selector", "Invalid", IMMUTABLE, new["spec"].get("selector"))]
        return []

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """status.replicas too."""
        return {**super().selectable_fields(obj), "status.replicas": str(obj.get("status", {}).get("replicas", 0))}

    def _validate_selector(self, spec: Obj) -> list[Cause]:
        selector = spec.get("selector")
        if not isinstance(selector, dict) or not selector:
            return [Cause("spec.selector", "Required")]
        labels = _template_labels(spec)
        if not from_label_selector(selector).matches(labels):
            return [
                Cause("spec.template.metadata.labels", "Invalid", "`selector` does not match template `labels`", labels)
            ]
        return []


class ReplicationController(ReplicaSet):
    """The older form, with a selector of equal labels only."""

    group, kind, plural, short_names = "", "ReplicationController", "replicationcontrollers", ("rc",)

    def defaults(self, obj: Obj) -> Obj:
        """Selector and labels come from the template when they are not given."""
        obj = super().defaults(obj)
        spec = obj.get("spec")
        if not isinstance(spec, dict):
            return obj
        labels = _template_labels(spec)
        if labels and not spec.get("selector"):
            obj = {**obj, "spec": {**spec, "selector": labels}}
        if labels and not obj["metadata"].get("labels"):
            obj = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
        return obj

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A ReplicationController's selector may change."""
        return []

    def _validate_selector(self, spec: Obj) -> list[Cause]:
        selector, labels = spec.get("selector"), _template_labels(spec)
        if not isinstance(selector, dict) or not selector:
            return [Cause("spec.selector", "Required")]
        if not from_map(selector).matches(labels):
            return [
                Cause("spec.template.metadata.labels", "Invalid", "`selector` does not match template `labels`", labels)
            ]
        return []


class Deployment(ReplicaSet):
    """Declarative updates of a template, by ReplicaSets."""

    kind, plural, short_names = "Deployment", "deployments", ("deploy",)

    def defaults(self, obj: Obj) -> Obj:
        """RollingUpdate 25 %/25 %, 10 old revisions, 600 s to progress."""
        obj = super().defaults(obj)
        spec = obj.get("spec")
        if not isinstance(spec, dict):
            return obj
        strategy = {"type": "RollingUpdate", **(spec.get("strategy") or {})}
        if strategy["type"] == "RollingUpdate":
            strategy["rollingUpdate"] = {
                "maxSurge": "25%",
                "maxUnavailable": "25%",
                **(strategy.get("rollingUpdate") or {}),
            }
        filled = {"revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, **spec, "strategy": strategy}
        return {**obj, "spec": filled}

    def validate(self, obj: Obj) -> list[Cause]:
        """The strategy too."""
        causes = super().validate(obj)
        if not isinstance(obj.get("spec"), dict):
            return causes
        strategy = obj["spec"].get("strategy", {})
        if strategy.get("type") not in ("Recreate", "RollingUpdate"):
            words = supported("Recreate", "RollingUpdate")
            causes.append(Cause("spec.strategy.type", "NotSupported", words, strategy.get("type")))
        rolling = strategy.get("rollingUpdate")
        if strategy.get("type") == "Recreate" and rolling:
            words = "may not be specified when strategy `type` is 'Recreate'"
            causes.append(Cause("spec.strategy.rollingUpdate", "Forbidden", words))
        elif rolling:
            causes += _validate_rolling(rolling)
        return causes


def _validate_rolling(rolling: Obj) -> list[Cause]:
    path = "spec.strategy.rollingUpdate"
    causes = [
        cause
        for field in ("maxUnavailable", "maxSurge")
        for cause in _int_or_percent(rolling.get(field), f"{path}.{field}")
    ]
    zero = [str(rolling.get(field)).rstrip("%") == "0" for field in ("maxUnavailable", "maxSurge")]
    if not causes and all(zero):
        causes.append(
            Cause(f"{path}.maxUnavailable", "Invalid", "may not be 0 when `maxSurge` is 0", rolling["maxUnavailable"])
        )
    return causes


def _int_or_percent(value: Any, path: str) -> list[Cause]:
    if isinstance(value, str):
        if value.endswith("%") and value[:-1].isdigit() and len(value) < 8:
            return []
        return [
            Cause(
                path,
                "Invalid",
                "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
                value,
            )
        ]
    return non_negative(value, path)


def _with_template(spec: Obj) -> Obj:
    spec = {name: value for name, value in spec.items() if value is not None}
    template = spec.get("template")
    if not isinstance(template, dict) or not isinstance(template.get("spec"), dict):
        return spec
    meta = template.get("metadata")
    meta = {name: value for name, value in meta.items() if value is not None} if isinstance(meta, dict) else {}
    return {**spec, "template": {**template, "metadata": meta, "spec": default_pod_spec(template["spec"])}}


def _template_labels(spec: Obj) -> dict[str, str]:
    template = spec.get("template")
    found = (template.get("metadata") or {}).get("labels") if isinstance(template, dict) else None
    return found if isinstance(found, dict) else {}


def _validate_template(spec: Obj) -> list[Cause]:
    template = spec.get("template")
    if not isinstance(template, dict):
        return [Cause("spec.template", "Required")]
    causes = validate_labels(_template_labels(spec), "spec.template.metadata.labels")
    causes += validate_pod_spec(template.get("spec"), "spec.template.spec")
    policy = (template.get("spec") or {}).get("restartPolicy") if isinstance(template.get("spec"), dict) else None
    if policy in ("OnFailure", "Never"):
        causes.append(Cause("spec.template.spec.restartPolicy", "NotSupported", supported("Always"), policy))
    return causes
