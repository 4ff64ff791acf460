"""The data behind /openapi/v3."""

from __future__ import annotations

import json

import pytest

from cluster_core.api.kinds import KINDS
from cluster_core.api.openapi.definitions import closure, definitions, description, name_of


def test_no_traces_of_json_schema_are_left() -> None:
    text = json.dumps(definitions())
    assert "$defs" not in text
    assert '"type": [' not in text


def test_every_built_in_kind_has_a_schema_in_each_of_its_versions() -> None:
    for kind in KINDS:
        for version in kind.served_versions:
            assert name_of(kind.group, version, kind.kind) is not None, (kind.resource, version)
    assert name_of("metrics.k8s.io", "v1beta1", "PodMetrics") is not None


def test_a_closure_holds_what_is_referred_to() -> None:
    name = "io.k8s.api.core.v1.PodList"
    found = closure({name: definitions()[name]})
    assert {
        "io.k8s.api.core.v1.Pod",
        "io.k8s.api.core.v1.Container",
        "io.k8s.apimachinery.pkg.api.resource.Quantity",
    } <= set(found)
    assert "io.k8s.api.core.v1.Service" not in found


def test_enums_are_published_with_what_they_mean() -> None:
    found = definitions()["io.k8s.api.apps.v1.DeploymentStrategy"]["properties"]["type"]
    assert found["enum"] == ["Recreate", "RollingUpdate"]
    assert '\n\nPossible enum values:\n - `"Recreate"` Kill all existing pods' in found["description"]


def test_descriptions_by_field() -> None:
    assert description("meta.v1.ObjectMeta.name").startswith("Name must be unique within a namespace.")
    with pytest.raises(KeyError):
        description("core.v1.PodSpec.nope")
