"""HorizontalPodAutoscaler: stored as autoscaling/v2, served as v1 too."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class HorizontalPodAutoscaler(Kind):
    """Sets the number of replicas by metrics."""

    group, kind, plural, short_names = "autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", ("hpa",)
    version = "v2"
    versions = ("v2", "v1")
    categories = ("all",)
    initial_status = {"desiredReplicas": 0, "currentMetrics": []}
