"""Pod templates inside other objects: defaults and validation. Upstream: `ValidatePodTemplateSpec` of `pkg/apis/core/validation`."""

from __future__ import annotations

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import validate_annotations, validate_labels
from cluster_core.api.kinds.pod_annotations import validate_pod_annotations
from cluster_core.api.kinds.pod_defaults import default_pod_spec
from cluster_core.api.kinds.pod_validation import validate_pod_spec
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.selector_validation import validate_label_selector

MISMATCH = "`selector` does not match template `labels`"


def default_template(template: Obj | None) -> Obj:
    """A template with the defaults of its pod spec; it always has metadata."""
    given = template or {}
    meta = {name: value for name, value in (given.get("metadata") or {}).items() if value is not None}
    return {**given, "metadata": meta, "spec": default_pod_spec(given.get("spec") or {})}


def with_template(spec: Obj | None) -> Obj:
    """The spec of a workload with its template's defaults."""
    given = {name: value for name, value in (spec or {}).items() if value is not None}
    return {**given, "template": default_template(given.get("template"))}


def template_labels(spec: Obj) -> dict[str, str]:
    """The labels that the pods of a defaulted spec will have."""
    found: dict[str, str] = spec["template"]["metadata"].get("labels") or {}
    return found


def validate_template_metadata(template: Obj, path: str) -> list[Cause]:
    """Labels and annotations."""
    meta = template["metadata"]
    causes = validate_labels(meta.get("labels"), f"{path}.labels") if meta.get("labels") else []
    if meta.get("annotations"):
        causes += validate_annotations(meta["annotations"], f"{path}.annotations")
        causes += validate_pod_annotations(meta["annotations"], template["spec"], f"{path}.annotations")
    return causes


def validate_template(template: Obj, path: str) -> list[Cause]:
    """Everything that is wrong with a defaulted template."""
    causes = validate_template_metadata(template, path) + validate_pod_spec(template["spec"], f"{path}.spec")
    if template["spec"].get("ephemeralContainers"):
        words = "ephemeral containers not allowed in pod template"
        causes.append(Cause(f"{path}.spec.ephemeralContainers", "Forbidden", words))
    return causes


def validate_endless(template: Obj, path: str, owner: str) -> list[Cause]:
    """Pods of a template that must always run: restarted, with no deadline."""
    spec = template["spec"]
    causes: list[Cause] = []
    if spec.get("restartPolicy") != "Always":
        causes.append(
            Cause(f"{path}.spec.restartPolicy", "NotSupported", supported("Always"), spec.get("restartPolicy"))
        )
    if spec.get("activeDeadlineSeconds") is not None:
        words = f"activeDeadlineSeconds in {owner} is not Supported"
        causes.append(Cause(f"{path}.spec.activeDeadlineSeconds", "Forbidden", words))
    return causes


def validate_selector(selector: Obj, empty: str) -> list[Cause]:
    """A selector that is there and selects something; `empty` is said of one that has no requirement."""
    causes = validate_label_selector(selector, "spec.selector")
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        causes.append(Cause("spec.selector", "Invalid", empty, selector))
    return causes


def is_valid_selector(selector: Obj | None) -> bool:
    """Whether it can be made a selector at all; none can (it selects nothing)."""
    return not selector or not validate_label_selector(selector, "")


def selector_mismatch(selector: Obj | None, spec: Obj, path: str) -> list[Cause]:
    """A valid selector must match the labels of the template; none matches nothing, an empty one everything."""
    labels = template_labels(spec)
    if selector is not None and from_label_selector(selector).matches(labels):
        return []
    return [Cause(f"{path}.template.metadata.labels", "Invalid", MISMATCH, labels or None)]
