"""metrics.k8s.io: what nodes and pods consume. Upstream: `k8s.io/metrics`; served by metrics-server, stored nowhere."""

from __future__ import annotations

from functools import cached_property

from cluster_core.api.kinds.kind import Kind

GROUP = "metrics.k8s.io"


class NodeMetrics(Kind):
    """CPU and memory of a node."""

    group, version, kind, plural, namespaced = GROUP, "v1beta1", "NodeMetrics", "nodes", False
    has_status = has_spec = stored = False
    verbs = ("get", "list")

    @cached_property
    def singular(self) -> str:
        """metrics-server gives none."""
        return ""


class PodMetrics(Kind):
    """CPU and memory of the containers of a pod."""

    group, version, kind, plural = GROUP, "v1beta1", "PodMetrics", "pods"
    has_status = has_spec = stored = False
    verbs = ("get", "list")

    @cached_property
    def singular(self) -> str:
        """metrics-server gives none."""
        return ""
