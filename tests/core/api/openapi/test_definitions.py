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
            if kind.group != "metrics.k8s.io":
                assert name_of(kind.group, version, kind.kind) is not None, (kind.resource, version)


def test_a_closure_holds_what_is_referred_to() -> None:
    name = "io.k8s.api.core.v1.PodList"
    found = closure({name: definitions()[name]})
    assert {
        "io.k8s.api.core.v1.Pod",
        "io.k8s.api.core.v1.Container",
        "io.k8s.apimachinery.pkg.api.resource.Quantity",
    } <= set(found)
    assert "io.k8s.api.core.v1.Service" not in found


def test_descriptions_by_field() -> None:
    assert description("meta.v1.ObjectMeta.name").startswith("Name must be unique within a namespace.")
    with pytest.raises(KeyError):
        description("core.v1.PodSpec.nope")
