"""Claims of storage: their spec, what may change of it, their status. Upstream: `ValidatePersistentVolumeClaimSpec` and its updates.

Real Kubernetes adds the difference of a changed spec as Go prints it, and still reads storage classes from a beta annotation.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, immutable, named, quantity_above_zero, required, same
from cluster_core.api.kinds.resource_names import is_native, validate_amount
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
WORDS = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
ONLY_CLAIMS = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
RESIZES = (
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
)
CLASS = "volumeAttributesClassName"


def validate_claim_spec(spec: Obj, path: str) -> list[Cause]:
    """Access modes, size, classes, where the data comes from."""
    causes = validate_modes(spec, path, "at least 1 access mode is required")
    if spec.get("selector") is not None:
        causes += validate_label_selector(spec["selector"], f"{path}.selector")
    here, size = f"{path}.resources[storage]", claimed(spec)
    causes += [Cause(here, "Required")] if size is None else quantity_above_zero(size, here)
    for field in ("storageClassName", CLASS):
        if spec.get(field):
            causes += named(spec[field], names.subdomain, f"{path}.{field}")
    causes += choice(spec.get("volumeMode"), VOLUME_MODES, f"{path}.volumeMode")
    return causes + _validate_sources(spec, path)


def validate_modes(spec: Obj, path: str, words: str) -> list[Cause]:
    """How a volume may be mounted; `words` are said when nothing is."""
    modes, here = spec.get("accessModes") or [], f"{path}.accessModes"
    if not modes:
        return [Cause(here, "Required", words)]
    causes = [Cause(here, "NotSupported", supported(*MODES), mode) for mode in modes if mode not in MODES]
    if "ReadWriteOncePod" in modes and any(mode in MODES and mode != "ReadWriteOncePod" for mode in modes):
        causes.append(Cause(here, "Forbidden", "may not use ReadWriteOncePod with other access modes"))
    return causes


def claimed(spec: Obj) -> Any:
    """How much storage a claim asks for; None if it does not say."""
    return ((spec.get("resources") or {}).get("requests") or {}).get("storage")


def _validate_sources(spec: Obj, path: str) -> list[Cause]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    causes: list[Cause] = []
    for field, given in (("dataSource", source), ("dataSourceRef", reference)):
        if given is not None:
            causes += _validate_source(given, f"{path}.{field}")
    elsewhere = (reference or {}).get("namespace")
    if elsewhere:
        causes += named(elsewhere, names.label, f"{path}.dataSourceRef.namespace")
    if source is not None and reference is not None:
        if elsewhere:
            words = "may not be specified when dataSourceRef.namespace is specified"
            causes.append(Cause(path, "Invalid", words, {}))
        elif any(source.get(name) != reference.get(name) for name in ("apiGroup", "kind", "name")):
            causes.append(Cause(path, "Invalid", "must match dataSourceRef", {}))
    return causes


def _validate_source(source: Obj, path: str) -> list[Cause]:
    causes = required(source, path, "name", "kind")
    group, kind = source.get("apiGroup") or "", source.get("kind") or ""
    if not group and kind != "PersistentVolumeClaim":
        causes.append(Cause(path, "Invalid", ONLY_CLAIMS, kind))
    return causes + (named(group, names.subdomain, f"{path}.apiGroup") if group else [])


def with_both_sources(spec: Obj) -> Obj:
    """dataSource and dataSourceRef say the same, unless the data is in another namespace."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        return {**spec, "dataSourceRef": source}
    if reference is not None and source is None and not reference.get("namespace"):
        return {**spec, "dataSource": {name: value for name, value in reference.items() if name != "namespace"}}
    return spec


def validate_claim_update(new: Obj, old: Obj) -> list[Cause]:
    """A claim is fixed, but for its volume, once, and for size and class when it is bound."""
    spec, before, status = new["spec"], old["spec"], old.get("status") or {}
    kept = dict(before) if before.get("volumeName") else {**before, "volumeName": spec.get("volumeName")}
    now = dict(spec)
    if spec.get("storageClassName") is not None and before.get("storageClassName") is None:
        now.pop("storageClassName")
    if status.get("phase") == "Bound":
        now["resources"] = _with_size(now.get("resources") or {}, claimed(before))
        if spec.get(CLASS) is not None:
            now[CLASS] = before.get(CLASS)
    causes = [] if same(now, kept) else [Cause("spec", "Forbidden", WORDS)]
    size, had = quantity.parse(claimed(spec) or "0"), quantity.parse(claimed(before) or "0")
    if size < had and size <= quantity.parse((status.get("capacity") or {}).get("storage", "0")):
        words = "field can not be less than status.capacity"
        causes.append(Cause("spec.resources.requests.storage", "Forbidden", words))
    causes += immutable(spec.get("volumeMode"), before.get("volumeMode"), "volumeMode")
    return causes + class_causes(spec, before)


def _with_size(resources: Obj, size: Any) -> Obj:
    if resources.get("requests") is None:
        return resources
    return {**resources, "requests": {**resources["requests"], "storage": size}}


def class_causes(new: Obj, old: Obj) -> list[Cause]:
    """A class of attributes may be changed, not taken away."""
    if old.get(CLASS) is None or new.get(CLASS):
        return []
    what = "nil" if new.get(CLASS) is None else "an empty string"
    return [Cause(f"spec.{CLASS}", "Forbidden", f"update from non-nil value to {what} is forbidden")]


def validate_claim_status(status: Obj) -> list[Cause]:
    """What was given, and how far a resize is."""
    causes: list[Cause] = []
    for name, amount in (status.get("capacity") or {}).items():
        causes += _basic(amount, f"status.capacity[{name}]")
    path = "status.allocatedResourceStatus"
    for name, state in (status.get("allocatedResourceStatuses") or {}).items():
        causes += _validate_key(name, path)
        if state not in RESIZES:
            causes.append(Cause(path, "NotSupported", supported(*RESIZES), name))
    path = "status.allocatedResources"
    for name, amount in (status.get("allocatedResources") or {}).items():
        here = f"{path}[{name}]"
        causes += _validate_key(name, path) or _basic(amount, here) or validate_amount("storage", amount, here)
    return causes


def _validate_key(name: str, path: str) -> list[Cause]:
    causes = named(name, names.qualified, path)
    if not causes and is_native(name) and name != "storage":
        causes.append(Cause(path, "NotSupported", supported("storage"), name))
    return causes


def _basic(amount: Any, path: str) -> list[Cause]:
    value = quantity.parse(amount)
    return [] if value >= 0 else [Cause(path, "Invalid", "must be a valid resource quantity", -int(-value // 1))]
