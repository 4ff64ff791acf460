"""NamespaceLifecycle: nothing is created in a namespace that is missing or ending. Upstream: `plugin/pkg/admission/namespace/lifecycle`."""

from __future__ import annotations

from cluster_core.api.errors import ApiError, forbidden, not_found
from cluster_core.apiserver.watch_cache import WatchCache

PROTECTED = ("default", "kube-system", "kube-public")


def check_namespace(resource: str, namespace: str, name: str, cache: WatchCache) -> None:
    """Before a create; raises 404 or 403."""
    if not namespace:
        return
    found = cache.get("namespaces", "", namespace)
    if found is None:
        raise not_found("namespaces", namespace)
    if found.get("status", {}).get("phase") == "Terminating":
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        raise forbidden(resource, name, why)


def check_namespace_delete(name: str) -> None:
    """Some namespaces cannot be deleted."""
    if name in PROTECTED:
        raise ApiError(403, "Forbidden", f'namespaces "{name}" is forbidden: this namespace may not be deleted')
