"""The recorded request sequences, read and brought to a form in which they can be compared."""

from __future__ import annotations

import pytest

from tests.clients.recorded import RECORDING, asked, sequences


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("GET", "/api?timeout=32s", None),
        ("GET", "/openapi/v3/api/v1?hash=A", None),
        ("GET", "/api/v1/namespaces/default/pods/p0", "GET /api/v1/namespaces/default/pods/*"),
        ("GET", "/api/v1/namespaces/default", "GET /api/v1/namespaces/*"),
        (
            "PATCH",
            "/apis/apps/v1/namespaces/d/deployments/web/scale",
            "PATCH /apis/apps/v1/namespaces/d/deployments/*/scale",
        ),
        (
            "GET",
            "/api/v1/pods?limit=500&fieldSelector=metadata.name%3Dx",
            "GET /api/v1/pods?fieldSelector=metadata.name=*&limit=500",
        ),
        ("GET", "/api/v1/pods?resourceVersion=0", "GET /api/v1/pods?resourceVersion=0"),
        ("GET", "/api/v1/pods?watch=true&resourceVersion=17", "GET /api/v1/pods?resourceVersion=RV&watch=true"),
    ],
)
def test_forms(method: str, path: str, form: str | None) -> None:
    assert asked([{"method": method, "path": path}]) == ({form} if form else set())


@pytest.mark.skipif(not RECORDING.exists(), reason="the recordings are not here")
def test_the_recording_is_understood() -> None:
    found = sequences()
    assert len(found) > 200
    assert found["get pods"] == {"GET /api/v1/namespaces/default/pods?limit=500"}
    assert found["apply cm"] == {
        "GET /api/v1/namespaces/default/configmaps/*",
        "POST /api/v1/namespaces/default/configmaps?fieldManager=kubectl-client-side-apply&fieldValidation=Strict",
    }
