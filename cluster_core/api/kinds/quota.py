"""ResourceQuota and LimitRange: bounds of a namespace."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class ResourceQuota(Kind):
    """How much a namespace may use."""

    kind, plural, short_names = "ResourceQuota", "resourcequotas", ("quota",)
    has_spec = False
    initial_status = {}


class LimitRange(Kind):
    """Defaults and bounds of single pods and claims."""

    kind, plural, short_names = "LimitRange", "limitranges", ("limits",)
    has_status = False
    has_spec = False
