"""Paths as requests, against upstream's resolver: `endpoints/request/requestinfo_test.go` in our words."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.place import Place, place_of, segments_of


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/api/v1/pods", Place("", "v1", "pods")),
        ("/api/v1/namespaces", Place("", "v1", "namespaces")),
        ("/api/v1/namespaces/a", Place("", "v1", "namespaces", "", "a")),
        ("/api/v1/namespaces/a/finalize", Place("", "v1", "namespaces", "", "a", "finalize")),
        ("/api/v1/namespaces/a/status", Place("", "v1", "namespaces", "", "a", "status")),
        ("/api/v1/namespaces/a/pods", Place("", "v1", "pods", "a")),
        ("/api/v1/namespaces/a/pods/b", Place("", "v1", "pods", "a", "b")),
        ("/api/v1/namespaces/a/pods/b/log", Place("", "v1", "pods", "a", "b", "log")),
        ("/api/v1/namespaces/a/pods/b%2Fc/", Place("", "v1", "pods", "a", "b/c")),
        ("/api/v1/nodes/n", Place("", "v1", "nodes", "", "n")),
        ("/api/v1/watch/pods", Place("", "v1", "pods", watches=True)),
        ("/api/v1/watch/namespaces/a/pods/b", Place("", "v1", "pods", "a", "b", watches=True)),
        ("/apis/apps/v1/deployments", Place("apps", "v1", "deployments")),
        ("/apis/apps/v1/namespaces/a/deployments/b/scale", Place("apps", "v1", "deployments", "a", "b", "scale")),
        (
            "/api/v1/namespaces/a/services/https:b:c/proxy/x/y",
            Place("", "v1", "services", "a", "https:b:c", "proxy", "x/y"),
        ),
        ("/api/v1/namespaces/a/services/b%2Fc", Place("", "v1", "services", "a", "b/c")),
    ],
)
def test_paths_of_resources(path: str, place: Place) -> None:
    assert place_of(segments_of(path)) == place


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1", "/version", "/openapi/v3"]
)
def test_paths_of_none(path: str) -> None:
    assert place_of(segments_of(path)) is None


def test_names_of_resources() -> None:
    assert Place("apps", "v1", "deployments").resource == "deployments.apps"
    assert Place("apps", "v1", "deployments").api_version == "apps/v1"
    assert (Place("", "v1", "pods").resource, Place("", "v1", "pods").api_version) == ("pods", "v1")


@pytest.mark.parametrize("path", ["/api/v1/namespaces/a/pods/b/log/c", "/" + "a/" * 100, "/api/v1/pods/%ff"])
def test_paths_that_lead_nowhere(path: str) -> None:
    with pytest.raises(ApiError) as refused:
        place_of(segments_of(path))
    assert refused.value.code in (400, 404)
