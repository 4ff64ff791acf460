"""Who sees metadata.managedFields."""

from __future__ import annotations

from cluster_core.api.conversion import form_of
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request
from cluster_core.apiserver.apply.door import OUTSIDE, seen_by, with_owners
from cluster_core.apiserver.apply.ownership import NOBODY, Note, owned

KIND = by_resource("horizontalpodautoscalers.autoscaling")
OBJ = {"apiVersion": "autoscaling/v2", "kind": KIND.kind, "metadata": {"name": "a", "labels": {"x": "y"}}}
STORED = owned(OBJ, NOBODY.noted(Note("me", "", "autoscaling/v2", 0, None, OBJ), KIND))


def asked(source: str) -> Request:
    return Request(1, source, "jane", "get", KIND.resource)


def test_clients_outside_do_and_components_do_not() -> None:
    assert with_owners(asked("kube-controller-manager"), KIND, STORED) is STORED
    shown = with_owners(asked(OUTSIDE), KIND, STORED)
    assert shown["metadata"]["managedFields"][0]["fieldsV1"] == {"f:metadata": {"f:labels": {".": {}, "f:x": {}}}}


def test_in_the_version_that_they_speak() -> None:
    form = form_of(KIND, "v1")
    assert form is not None
    shown = seen_by(asked(OUTSIDE), form, STORED)
    assert (shown["apiVersion"], shown["metadata"]["managedFields"][0]["apiVersion"]) == (
        "autoscaling/v1",
        "autoscaling/v2",
    )
    status = {"kind": "Status", "status": "Success"}
    assert seen_by(asked(OUTSIDE), form, status) is status
