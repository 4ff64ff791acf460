"""PersistentVolumeClaim and PersistentVolume: stored; the controllers that bind them come later.

Real Kubernetes adds the finalizers that protect volumes in use; without the controllers that remove them they would hold a
deletion for ever.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.container_validation import validate_resources
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
POLICIES = ("Delete", "Recycle", "Retain")
NOT_SOURCES = (
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
)
CLAIM_WORDS = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)


class PersistentVolumeClaim(Kind):
    """A request for storage."""

    kind, plural, short_names = "PersistentVolumeClaim", "persistentvolumeclaims", ("pvc",)
    initial_status = {"phase": "Pending"}

    def defaults(self, obj: Obj) -> Obj:
        """A filesystem."""
        return {**obj, "spec": {"volumeMode": "Filesystem", **(obj.get("spec") or {})}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Access modes and the amount of storage."""
        spec = obj["spec"]
        causes = _validate_modes(spec, "at least 1 access mode is required")
        if "storage" not in ((spec.get("resources") or {}).get("requests") or {}):
            causes.append(Cause("spec.resources[storage]", "Required"))
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Only the amount may change, and only of a bound claim."""
        bound = old.get("status", {}).get("phase") == "Bound"
        free = ("resources", "volumeAttributesClassName", "volumeName") if bound else ("volumeName",)
        kept = [
            {name: value for name, value in spec.items() if name not in free} for spec in (new["spec"], old["spec"])
        ]
        return [] if kept[0] == kept[1] else [Cause("spec", "Forbidden", CLAIM_WORDS)]


class PersistentVolume(Kind):
    """A piece of storage."""

    kind, plural, short_names, namespaced = "PersistentVolume", "persistentvolumes", ("pv",), False
    initial_status = {"phase": "Pending"}

    def defaults(self, obj: Obj) -> Obj:
        """Retained, a filesystem."""
        unset = {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"}
        return {**obj, "spec": {**unset, **(obj.get("spec") or {})}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Access modes, capacity, reclaim policy, one source."""
        spec = obj["spec"]
        causes = _validate_modes(spec, "")
        if not spec.get("capacity"):
            causes.append(Cause("spec.capacity", "Required"))
        elif list(spec["capacity"]) != ["storage"]:
            causes.append(Cause("spec.capacity", "NotSupported", supported("storage"), spec["capacity"]))
        causes += validate_resources({}, "spec.capacity")
        if spec["persistentVolumeReclaimPolicy"] not in POLICIES:
            given = spec["persistentVolumeReclaimPolicy"]
            causes.append(Cause("spec.persistentVolumeReclaimPolicy", "NotSupported", supported(*POLICIES), given))
        sources = [field for field in spec if field not in NOT_SOURCES]
        if not sources:
            causes.append(Cause("spec", "Required", "must specify a volume type"))
        return causes + [
            Cause(f"spec.{name}", "Forbidden", "may not specify more than 1 volume type") for name in sources[1:]
        ]


def _validate_modes(spec: Obj, words: str) -> list[Cause]:
    modes = spec.get("accessModes") or []
    if not modes:
        return [Cause("spec.accessModes", "Required", words)]
    return [Cause("spec.accessModes", "NotSupported", supported(*MODES), mode) for mode in modes if mode not in MODES]
