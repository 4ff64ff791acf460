"""PersistentVolumeClaim and PersistentVolume. Upstream: `pkg/registry/core/{persistentvolume,persistentvolumeclaim}`."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.claim_validation import (
    validate_claim_spec,
    validate_claim_status,
    validate_claim_update,
    with_both_sources,
)
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.persistent_volume import validate_volume_spec, validate_volume_update
from cluster_core.api.kinds.volume_defaults import with_source_defaults
from cluster_core.api.request import Obj


class PersistentVolumeClaim(Kind):
    """A request for storage."""

    kind, plural, short_names = "PersistentVolumeClaim", "persistentvolumeclaims", ("pvc",)
    initial_status = {"phase": "Pending"}

    def defaults(self, obj: Obj) -> Obj:
        """A filesystem."""
        return {**obj, "spec": {"volumeMode": "Filesystem", **(obj.get("spec") or {})}}

    def validate(self, obj: Obj) -> list[Cause]:
        """The spec."""
        return validate_claim_spec(obj["spec"], "spec")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Only the amount and the class may change, and only of a bound claim."""
        return validate_claim_update(new, old)

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Amounts."""
        return validate_claim_status(new.get("status") or {})

    def prepare_create(self, obj: Obj) -> Obj:
        """Pending; both ways to say where the data comes from."""
        return super().prepare_create({**obj, "spec": with_both_sources(obj["spec"])})

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """Both ways to say where the data comes from."""
        spec = with_both_sources(new["spec"])
        return super().prepare_update(new if spec is new["spec"] else {**new, "spec": spec}, old)


class PersistentVolume(Kind):
    """A piece of storage."""

    kind, plural, short_names, namespaced = "PersistentVolume", "persistentvolumes", ("pv",), False
    initial_status = {"phase": "Pending"}

    def defaults(self, obj: Obj) -> Obj:
        """Retained, a filesystem."""
        given = {name: value for name, value in (obj.get("spec") or {}).items() if value is not None}
        spec = {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem", **given}
        return {**obj, "spec": with_source_defaults(spec)}

    def validate(self, obj: Obj) -> list[Cause]:
        """The spec."""
        return validate_volume_spec(obj["spec"])

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What it is made of stays."""
        return validate_volume_update(new["spec"], old["spec"])
