"""The list of kinds: by every name that kubectl accepts, and by apiVersion and kind."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import KINDS, by_gvk, by_resource

NAMES = [
    "po",
    "pod",
    "pods",
    "deploy",
    "deployment",
    "deployments",
    "deployments.apps",
    "deployment.apps",
    "rc",
    "svc",
    "ns",
    "ep",
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    kind = by_resource(name)
    assert name.partition(".")[0] in (kind.plural, kind.singular, *kind.short_names)


def test_every_kind_by_its_resource_and_its_type() -> None:
    assert len({kind.resource for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert by_resource(kind.resource) is kind
        assert by_gvk(kind.api_version, kind.kind) is kind


def test_unknown_ones_in_kubectls_words() -> None:
    with pytest.raises(ApiError, match='the server doesn\'t have a resource type "gadgets"'):
        by_resource("gadgets")
    with pytest.raises(ApiError, match='no matches for kind "Deployment" in version "apps/v1beta1"'):
        by_gvk("apps/v1beta1", "Deployment")


def test_fields_that_can_be_selected_are_named() -> None:
    for kind in KINDS:
        obj = {"metadata": {"name": "a", "namespace": "n"}, "spec": {}, "involvedObject": {}}
        assert set(kind.selectable_fields(obj)) <= {"metadata.name", "metadata.namespace", *kind.field_labels}
