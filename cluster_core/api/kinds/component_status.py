"""ComponentStatus: the health of the control plane, as old clients ask for it."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class ComponentStatus(Kind):
    """Whether a component answers; worked out when somebody looks, stored nowhere."""

    kind, plural, short_names, namespaced = "ComponentStatus", "componentstatuses", ("cs",), False
    has_status = has_spec = stored = False
    verbs = ("get", "list")
