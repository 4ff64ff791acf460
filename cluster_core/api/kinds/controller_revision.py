"""ControllerRevision: the history of StatefulSets and DaemonSets."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class ControllerRevision(Kind):
    """One state of a template."""

    group, kind, plural = "apps", "ControllerRevision", "controllerrevisions"
    has_status = False
    has_spec = False
