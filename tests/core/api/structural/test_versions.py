"""Versions of definitions."""

from __future__ import annotations

from cluster_core.api.structural.versions import (
    condition_is_true,
    schema_of_version,
    served_versions,
    shared_by_all,
    storage_version,
)

CRD = {
    "spec": {
        "versions": [
            {"name": "v1", "served": True, "x": 1},
            {"name": "v2", "storage": True, "x": 1, "schema": {"openAPIV3Schema": {}}},
        ]
    },
    "status": {"conditions": [{"type": "Established", "status": "True"}]},
}


def test_versions() -> None:
    versions = CRD["spec"]["versions"]  # type: ignore[index]
    assert storage_version(CRD) == "v2"
    assert [one["name"] for one in served_versions(CRD)] == ["v1"]
    assert (schema_of_version(versions[0]), schema_of_version(versions[1])) == (None, {})
    assert (shared_by_all(versions, "x"), shared_by_all(versions, "schema"), shared_by_all([], "x")) == (1, None, None)
    assert condition_is_true(CRD, "Established")
    assert not condition_is_true(CRD, "NamesAccepted")
