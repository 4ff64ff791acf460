"""Forms: the versions of a kind."""

from __future__ import annotations

from cluster_core.api.conversion import form_of
from cluster_core.api.kinds import by_resource

POD = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}}


def test_the_stored_form_shares_the_object() -> None:
    form = form_of(by_resource("pods"))
    assert form is not None
    assert form.stored
    assert form.shown(POD) is POD
    assert form.taken(POD) is POD


def test_versions_that_are_not_served() -> None:
    assert form_of(by_resource("pods"), "v2") is None
    assert form_of(by_resource("deployments"), "v1beta1") is None


def test_another_version_has_another_api_version() -> None:
    form = form_of(by_resource("horizontalpodautoscalers"), "v1")
    assert form is not None
    assert (form.stored, form.api_version, form.kind.api_version) == (False, "autoscaling/v1", "autoscaling/v2")
    status = {"kind": "Status", "apiVersion": "v1", "code": 200}
    assert form.shown(status) is status
