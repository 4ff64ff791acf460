"""Which kinds and versions are served."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.configuration import ConfigMap
from cluster_core.apiserver.served_kinds import ServedKinds


class Gadget(ConfigMap):
    """A custom kind of two versions."""

    group, kind, plural, version, versions = "example.com", "Gadget", "gadgets", "v1", ("v1", "v1beta1")


def test_versions_of_built_in_kinds() -> None:
    kinds = ServedKinds()
    assert kinds.form("pods", "v1") == kinds.form("pods")
    assert kinds.form("horizontalpodautoscalers.autoscaling").version == "v2"
    assert kinds.form("horizontalpodautoscalers.autoscaling", "v1").api_version == "autoscaling/v1"


@pytest.mark.parametrize(
    ("resource", "version"), [("gadgets", ""), ("pods", "v2"), ("deployments", "v1"), ("pods.apps", "v1"), ("", "")]
)
def test_what_is_not_served(resource: str, version: str) -> None:
    with pytest.raises(ApiError, match="the server could not find the requested resource") as caught:
        ServedKinds().form(resource, version)
    assert caught.value.code == 404


def test_custom_kinds_come_and_go() -> None:
    kinds, gadget = ServedKinds(), Gadget()
    kinds.custom["gadgets.example.com"] = gadget
    assert kinds.form("gadgets.example.com", "v1beta1").kind is gadget
    assert list(kinds)[-1] is gadget
    del kinds.custom["gadgets.example.com"]
    assert kinds.find("gadgets.example.com") is None
