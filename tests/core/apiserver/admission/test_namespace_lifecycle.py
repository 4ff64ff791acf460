"""NamespaceLifecycle."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.apiserver.admission.namespace_lifecycle import check_namespace, check_namespace_delete
from cluster_core.apiserver.watch_cache import WatchCache


def cache() -> WatchCache:
    found = WatchCache()
    for name, phase in (("default", "Active"), ("ending", "Terminating")):
        found.load(f"/registry/namespaces/{name}", {"metadata": {"name": name}, "status": {"phase": phase}}, 1)
    return found


def test_cluster_scoped_objects_and_living_namespaces_pass() -> None:
    check_namespace("nodes", "", "n", cache())
    check_namespace("pods", "default", "web", cache())


@pytest.mark.parametrize(("namespace", "code"), [("nope", 404), ("ending", 403)])
def test_missing_and_ending_namespaces(namespace: str, code: int) -> None:
    with pytest.raises(ApiError) as caught:
        check_namespace("pods", namespace, "web", cache())
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_protected_namespaces(name: str) -> None:
    with pytest.raises(ApiError, match="this namespace may not be deleted"):
        check_namespace_delete(name)
    check_namespace_delete("team-a")
