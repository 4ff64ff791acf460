"""PriorityClass: which pods come first."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class PriorityClass(Kind):
    """A named priority."""

    group, kind, plural, short_names = "scheduling.k8s.io", "PriorityClass", "priorityclasses", ("pc",)
    namespaced = False
    has_status = False
    has_spec = False
