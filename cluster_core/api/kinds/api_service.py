"""APIService: which server serves a group and version."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class APIService(Kind):
    """A group and version of the API."""

    group, kind, plural = "apiregistration.k8s.io", "APIService", "apiservices"
    categories = ("api-extensions",)
    namespaced = False
    initial_status = {}
