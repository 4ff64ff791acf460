"""Binding and eviction."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane, pod


@pytest.fixture
def plane() -> Plane:
    return Plane()


def test_a_binding_names_the_node_and_tells_the_condition(plane: Plane) -> None:
    labels = {"topology.kubernetes.io/zone": "z1", "disk": "ssd"}
    plane.ask("create", "nodes", body={"metadata": {"name": "node-1", "labels": labels}})
    bound = plane.bound("web")
    assert bound["spec"]["nodeName"] == "node-1"
    assert bound["metadata"]["generation"] == 1
    assert bound["metadata"]["labels"] == {"topology.kubernetes.io/zone": "z1"}
    assert [(told["type"], told["status"]) for told in bound["status"]["conditions"]] == [("PodScheduled", "True")]


BINDINGS: list[tuple[Obj, int, str]] = [
    ({"target": {"name": "node-2"}}, 409, 'pod web is already assigned to node "node-1"'),
    (
        {"metadata": {"uid": "other"}, "target": {"name": "node-2"}},
        409,
        "Precondition failed: UID in precondition: other",
    ),
    ({}, 422, "target.name: Required value"),
    (
        {"target": "node-2"},
        400,
        "cannot unmarshal string into Go struct field Binding.target of type v1.ObjectReference",
    ),
]


@pytest.mark.parametrize(("body", "code", "words"), BINDINGS)
def test_refused_bindings(plane: Plane, body: Obj, code: int, words: str) -> None:
    plane.bound("web")
    answer = plane.ask("create", "pods", namespace="default", name="web", subresource="binding", body=body)
    assert answer.code == code
    assert words in answer.body["message"]


def test_a_pod_that_is_being_deleted_is_not_bound(plane: Plane) -> None:
    body = pod()
    body["metadata"]["finalizers"] = ["example.com/a"]
    plane.made("pods", body)
    plane.ask("delete", "pods", namespace="default", name="web")
    target = {"target": {"name": "node-1"}}
    answer = plane.ask("create", "pods", namespace="default", name="web", subresource="binding", body=target)
    assert "is being deleted, cannot be assigned to a host" in answer.body["message"]


def test_an_eviction_deletes_with_grace_and_says_so(plane: Plane) -> None:
    plane.bound("web")
    body = {"metadata": {"name": "web"}, "deleteOptions": {"gracePeriodSeconds": 7}}
    answer = plane.ask("create", "pods", namespace="default", name="web", subresource="eviction", body=body)
    assert (answer.code, answer.body["status"]) == (201, "Success")
    left = plane.get("pods", "web")
    assert left is not None
    assert left["metadata"]["deletionGracePeriodSeconds"] == 7
    told = next(found for found in left["status"]["conditions"] if found["type"] == "DisruptionTarget")
    assert (told["status"], told["reason"]) == ("True", "EvictionByEvictionAPI")


def test_an_eviction_must_mean_the_pod_of_the_path(plane: Plane) -> None:
    plane.bound("web")
    body = {"metadata": {"name": "other"}}
    answer = plane.ask("create", "pods", namespace="default", name="web", subresource="eviction", body=body)
    assert (answer.code, answer.body["message"]) == (400, "name in URL does not match name in Eviction object")
