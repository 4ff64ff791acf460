"""RuntimeClass: which runtime runs a pod. Upstream: `pkg/apis/node/validation/validation.go`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import immutable, named
from cluster_core.api.kinds.kind import Kind, validate_labels
from cluster_core.api.kinds.pod_validation import validate_toleration
from cluster_core.api.kinds.resource_names import validate_amount, validate_container_resource_name
from cluster_core.api.request import Obj


class RuntimeClass(Kind):
    """A handler of the container runtime."""

    group, kind, plural = "node.k8s.io", "RuntimeClass", "runtimeclasses"
    namespaced = False
    has_status = False
    has_spec = False

    def validate(self, obj: Obj) -> list[Cause]:
        """Handler, overhead, nodes."""
        causes = named(obj.get("handler") or "", names.label, "handler")
        for name, amount in ((obj.get("overhead") or {}).get("podFixed") or {}).items():
            path = f"overhead.podFixed[{name}]"
            causes += validate_container_resource_name(name, path) + validate_amount(name, amount, path)
        scheduling = obj.get("scheduling") or {}
        causes += validate_labels(scheduling.get("nodeSelector"), "scheduling.nodeSelector")
        seen: list[Obj] = []
        for index, toleration in enumerate(scheduling.get("tolerations") or ()):
            path = f"scheduling.tolerations[{index}]"
            causes += validate_toleration(toleration, path)
            if toleration in seen:
                causes.append(Cause(path, "Duplicate", "", toleration))
            seen.append(toleration)
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Another handler is another class."""
        return immutable(new.get("handler"), old.get("handler"), "handler")
