"""Projected volumes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.projected_validation import USUAL, validate_projected
from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

POD: Obj = {
    "metadata": {"name": "p"},
    "spec": {
        "containers": [{"name": "c", "image": "i"}],
        "volumes": [
            {"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}, {"secret": {"name": "a"}}]}}
        ],
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "volumes.0.projected.sources",
            [{"secret": {}}],
            "spec.volumes[0].projected.sources[0].secret.name: Required value",
        ),
        (
            "volumes.0.projected.sources",
            [
                {"secret": {"name": "a", "items": [{"key": "k", "path": "x"}]}},
                {"configMap": {"name": "b", "items": [{"key": "k", "path": "x"}]}},
            ],
            'spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths',
        ),
        (
            "volumes.0.projected.sources",
            [{"serviceAccountToken": {"path": "t", "expirationSeconds": 5}}],
            "may not specify a duration less than 10 minutes",
        ),
        (
            "volumes.0.projected.sources",
            [{"serviceAccountToken": {"path": "t", "expirationSeconds": 8589934592}}],
            "may not specify a duration larger than 2^32 seconds",
        ),
        (
            "volumes.0.projected.sources",
            [{"serviceAccountToken": {"path": ""}}],
            "spec.volumes[0].projected.path: Required value",
        ),
        (
            "volumes.0.projected.sources",
            [{"downwardAPI": {"items": [{"path": "..a"}]}}],
            "one of fieldRef and resourceFieldRef is required",
        ),
        (
            "volumes.0.projected.sources",
            [{"downwardAPI": {"items": [{"path": "..a", "fieldRef": {"fieldPath": "metadata.name"}}]}}],
            "must not start with '..'",
        ),
        (
            "volumes.0.projected.sources",
            [{"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}}],
            "resourceFieldRef.containerName: Required value",
        ),
        (
            "volumes.0.projected.sources",
            [{"clusterTrustBundle": {"path": "a"}}],
            "either name or signerName must be specified",
        ),
        (
            "volumes.0.projected.sources",
            [{"clusterTrustBundle": {"path": "a", "name": "b", "signerName": "c"}}],
            "only one of name and signerName may be used",
        ),
        (
            "volumes.0.projected.sources",
            [{"secret": {"name": "a"}, "configMap": {"name": "a"}}],
            "may not specify more than 1 volume type per source",
        ),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201


def test_the_usual_files_are_good() -> None:
    assert validate_projected(dict(USUAL), "p") == []
    assert validate_projected({**USUAL, "sources": list(USUAL["sources"]), "defaultMode": 1}, "p") == []
