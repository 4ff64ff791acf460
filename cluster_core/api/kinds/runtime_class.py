"""RuntimeClass: which runtime runs a pod."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class RuntimeClass(Kind):
    """A handler of the container runtime."""

    group, kind, plural = "node.k8s.io", "RuntimeClass", "runtimeclasses"
    namespaced = False
    has_status = False
    has_spec = False
