"""Binding, eviction and scale."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import COMPONENT, Plane, deployment, pod


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


@pytest.mark.parametrize("resource", ["deployments", "replicasets", "replicationcontrollers"])
def test_scale(plane: Plane, resource: str) -> None:
    body = deployment()
    if resource == "replicationcontrollers":
        body["spec"]["selector"] = {"app": "web"}
    plane.made(resource, body)
    shown = plane.ask("get", resource, namespace="default", name="web", subresource="scale").body
    assert (shown["kind"], shown["spec"], shown["status"]["selector"]) == ("Scale", {"replicas": 3}, "app=web")
    patch = {"spec": {"replicas": 7}}
    options = {"patch_type": "merge"}
    answer = plane.ask(
        "patch", resource, namespace="default", name="web", subresource="scale", body=patch, options=options
    )
    assert answer.body["spec"] == {"replicas": 7}
    scaled = plane.get(resource, "web")
    assert scaled is not None
    assert (scaled["spec"]["replicas"], scaled["metadata"]["generation"]) == (7, 2)
    revision = plane.server.cache.revision
    plane.ask("update", resource, namespace="default", name="web", subresource="scale", body=answer.body)
    assert plane.server.cache.revision == revision


SCALES: list[tuple[Obj, int, str]] = [
    (
        {"spec": {"replicas": -1}},
        422,
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than',
    ),
    (
        {"spec": {"replicas": "many"}},
        400,
        "cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32",
    ),
    ({"metadata": {"resourceVersion": "1"}}, 409, "the object has been modified"),
]


@pytest.mark.parametrize(("patch", "code", "words"), SCALES)
def test_refused_scales(plane: Plane, patch: Obj, code: int, words: str) -> None:
    plane.made("deployments", deployment())
    options = {"patch_type": "merge"}
    answer = plane.ask(
        "patch", "deployments", namespace="default", name="web", subresource="scale", body=patch, options=options
    )
    assert answer.code == code
    assert words in answer.body["message"]


def test_pods_have_no_scale(plane: Plane) -> None:
    plane.made("pods", pod())
    for verb in ("get", "update"):
        answer = plane.ask(verb, "pods", COMPONENT, namespace="default", name="web", subresource="scale", body={})
        assert answer.body["message"] == "the server could not find the requested resource"
