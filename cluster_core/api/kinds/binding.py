"""Binding: how a scheduler tells the API server which node a pod goes to."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class Binding(Kind):
    """Can be created only, and is stored nowhere: what it changes is the pod of its name."""

    kind, plural = "Binding", "bindings"
    has_status = has_spec = stored = False
    verbs = ("create",)
