"""Scale of everything that has replicas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster_core.api.kinds.configuration import ConfigMap
from cluster_core.api.request import Obj
from cluster_core.apiserver.scale import ScalePaths, scale_of
from tests.core.apiserver.plane import COMPONENT, Plane, deployment, pod


@pytest.fixture
def plane() -> Plane:
    return Plane()


@pytest.mark.parametrize("resource", ["deployments", "replicasets", "statefulsets", "replicationcontrollers"])
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


class Shop(ConfigMap):
    """A custom kind that says where its replicas are."""

    group, kind, plural = "example.com", "Shop", "shops"
    scale_paths = ScalePaths(("spec", "tills"), ("status", "open"), ("status", "selector"))


def test_custom_kinds_say_where_their_replicas_are() -> None:
    obj = {"metadata": {"name": "a"}, "spec": {"tills": 4}, "status": {"open": 2, "selector": "app=a"}}
    shown = scale_of(Shop(), obj)
    assert (shown["spec"], shown["status"]) == ({"replicas": 4}, {"replicas": 2, "selector": "app=a"})
    bare = scale_of(Shop(), {"metadata": {"name": "a"}})
    assert (bare["spec"], bare["status"]) == ({"replicas": 0}, {"replicas": 0})


def test_without_a_selector_none_is_shown() -> None:
    shop = Shop()
    shop.scale_paths = replace(shop.scale_paths, selector=())
    assert "selector" not in scale_of(shop, {"metadata": {"name": "a"}})["status"]


def test_a_scale_is_of_the_object_that_it_names(plane: Plane) -> None:
    plane.made("deployments", deployment())
    for meta, code in (({"name": "other"}, 400), ({"uid": "nonsense"}, 409)):
        body = {"metadata": meta, "spec": {"replicas": 2}}
        answer = plane.ask("update", "deployments", namespace="default", name="web", subresource="scale", body=body)
        assert answer.code == code, answer.body
