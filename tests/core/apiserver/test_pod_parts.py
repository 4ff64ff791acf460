"""Ephemeral containers, resources of running pods, approvals: updates of a part."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj, Response
from tests.core.apiserver.plane import Plane, pod

DEBUGGER = {"name": "debugger", "image": "busybox", "targetContainerName": "c"}
REQUESTS = {"requests": {"cpu": "100m", "memory": "64Mi"}}


@pytest.fixture
def plane() -> Plane:
    return Plane()


def change(plane: Plane, subresource: str, body: Obj, verb: str = "patch", **options: Any) -> Response:
    given = {"patch_type": "strategic", **options} if verb == "patch" else options
    return plane.ask(verb, "pods", namespace="default", name="web", subresource=subresource, body=body, options=given)


def test_an_ephemeral_container_is_added_and_nothing_else_changes(plane: Plane) -> None:
    plane.made("pods", pod())
    body = {"metadata": {"labels": {"a": "b"}}, "spec": {"ephemeralContainers": [DEBUGGER], "nodeName": "x"}}
    answer = change(plane, "ephemeralcontainers", body)
    assert answer.code == 200, answer.body
    found = plane.get("pods", "web")
    assert found is not None
    assert [one["name"] for one in found["spec"]["ephemeralContainers"]] == ["debugger"]
    assert found["spec"]["ephemeralContainers"][0]["targetContainerName"] == "c"
    assert "nodeName" not in found["spec"]
    assert "labels" not in found["metadata"]
    assert found["metadata"]["generation"] == 2


def test_those_that_are_there_stay(plane: Plane) -> None:
    plane.made("pods", pod())
    change(plane, "ephemeralcontainers", {"spec": {"ephemeralContainers": [DEBUGGER]}})
    for containers, words in (
        ([], 'existing ephemeral containers "debugger" may not be removed'),
        ([{**DEBUGGER, "image": "alpine"}], 'existing ephemeral containers "debugger" may not be changed'),
    ):
        current = plane.get("pods", "web")
        assert current is not None
        body = {**current, "spec": {**current["spec"], "ephemeralContainers": containers}}
        answer = change(plane, "ephemeralcontainers", body, "update")
        assert (answer.code, words in answer.body["message"]) == (422, True), answer.body


def test_static_pods_have_none(plane: Plane) -> None:
    body = pod(nodeName="n")
    body["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    plane.made("pods", body)
    answer = change(plane, "ephemeralcontainers", {"spec": {"ephemeralContainers": [DEBUGGER]}})
    assert "static pods do not support ephemeral containers" in answer.body["message"]


def test_a_resize_changes_resources_alone(plane: Plane) -> None:
    body = pod()
    body["spec"]["containers"][0]["resources"] = REQUESTS
    plane.made("pods", body)
    patch = {"spec": {"containers": [{"name": "c", "image": "other", "resources": {"requests": {"cpu": "200m"}}}]}}
    answer = change(plane, "resize", patch)
    assert answer.code == 200, answer.body
    container = answer.body["spec"]["containers"][0]
    assert (container["image"], container["resources"]["requests"]) == ("nginx:1.25", {"cpu": "200m", "memory": "64Mi"})
    again = change(plane, "resize", patch)
    assert again.body["metadata"]["resourceVersion"] == answer.body["metadata"]["resourceVersion"]


RESIZES = [
    ({"requests": {"cpu": None, "memory": None}}, "Pod QOS Class may not change as a result of resizing"),
    ({"requests": {"ephemeral-storage": "1Gi"}}, "only cpu and memory resources are mutable"),
    (
        {"requests": {"cpu": None}},
        "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
    ),
]


@pytest.mark.parametrize(("resources", "words"), RESIZES)
def test_refused_resizes(plane: Plane, resources: Obj, words: str) -> None:
    body = pod()
    body["spec"]["containers"][0]["resources"] = REQUESTS
    plane.made("pods", body)
    answer = change(plane, "resize", {"spec": {"containers": [{"name": "c", "resources": resources}]}})
    assert (answer.code, words in answer.body["message"]) == (422, True), answer.body


INIT_RESIZES = [
    ("", {"requests": {"cpu": "200m"}}, "resources for non-sidecar init containers are immutable"),
    ("Always", {"requests": {"ephemeral-storage": "1Gi"}}, "only cpu and memory resources for sidecar containers are"),
    ("Always", {"requests": {"cpu": "200m"}}, ""),
]


@pytest.mark.parametrize(("policy", "resources", "words"), INIT_RESIZES)
def test_sidecars_may_be_resized(plane: Plane, policy: str, resources: Obj, words: str) -> None:
    body = pod()
    sidecar = {"name": "i", "image": "a:1", "resources": REQUESTS}
    body["spec"]["initContainers"] = [{**sidecar, "restartPolicy": policy} if policy else sidecar]
    plane.made("pods", body)
    answer = change(plane, "resize", {"spec": {"initContainers": [{"name": "i", "resources": resources}]}})
    assert answer.ok is not bool(words), answer.body
    assert words in answer.body.get("message", "")


def test_windows_pods_are_not_resized(plane: Plane) -> None:
    plane.made("pods", pod(os={"name": "windows"}))
    answer = change(plane, "resize", {"spec": {"containers": [{"name": "c", "resources": REQUESTS}]}})
    assert "windows pods cannot be resized" in answer.body["message"]


GUESTS = [
    ({"name": "c", "image": "a"}, 'spec.ephemeralContainers[0].name: Duplicate value: "c"'),
    ({**DEBUGGER, "targetContainerName": "x"}, 'ephemeralContainers[0].targetContainerName: Not found: "x"'),
    ({**DEBUGGER, "ports": [{"containerPort": 1}]}, "ports: Forbidden: cannot be set for an Ephemeral Container"),
    ({**DEBUGGER, "livenessProbe": {"exec": {"command": ["a"]}}}, "livenessProbe: Forbidden: cannot be set for an"),
    ({**DEBUGGER, "resources": REQUESTS}, "resources: Forbidden: cannot be set for an Ephemeral Container"),
    ({**DEBUGGER, "image": ""}, "spec.ephemeralContainers[0].image: Required value"),
    (
        {**DEBUGGER, "volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "a"}]},
        "volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container",
    ),
]


@pytest.mark.parametrize(("guest", "words"), GUESTS)
def test_refused_guests(plane: Plane, guest: Obj, words: str) -> None:
    plane.made("pods", pod(volumes=[{"name": "v"}]))
    answer = change(plane, "ephemeralcontainers", {"spec": {"ephemeralContainers": [guest]}})
    assert (answer.code, words in answer.body["message"]) == (422, True), answer.body
