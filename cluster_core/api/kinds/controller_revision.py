"""ControllerRevision: a kept state of a StatefulSet or DaemonSet. Upstream: `pkg/apis/apps/validation`."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import immutable
from cluster_core.api.kinds.kind import Kind, non_negative
from cluster_core.api.request import Obj


class ControllerRevision(Kind):
    """A snapshot of state that a controller keeps."""

    group, kind, plural = "apps", "ControllerRevision", "controllerrevisions"
    has_status = False
    has_spec = False

    def validate(self, obj: Obj) -> list[Cause]:
        """The number of the revision."""
        return non_negative(obj.get("revision"), "revision")

    def validate_create(self, obj: Obj) -> list[Cause]:
        """There must be something to keep, and it must be an object."""
        data = obj.get("data")
        if data is None:
            return [Cause("data", "Required", "data is mandatory")]
        words = "data must be a valid JSON object"
        return [] if isinstance(data, dict) else [Cause("data", "Required", words)]

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What is kept does not change."""
        return immutable(new.get("data"), old.get("data"), "data")
