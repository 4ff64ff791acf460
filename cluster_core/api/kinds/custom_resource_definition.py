"""CustomResourceDefinition: a kind that a user brings."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class CustomResourceDefinition(Kind):
    """A definition of a custom kind."""

    group, kind, plural, short_names = (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        ("crd", "crds"),
    )
    categories = ("api-extensions",)
    namespaced = False
    initial_status = {}
