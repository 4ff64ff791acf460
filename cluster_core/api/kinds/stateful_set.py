"""StatefulSet: pods with stable names and storage."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class StatefulSet(Kind):
    """Pods with an identity each."""

    group, kind, plural, short_names = "apps", "StatefulSet", "statefulsets", ("sts",)
    categories = ("all",)
    initial_status = {"replicas": 0}
