"""NodeRestriction."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.apiserver.plane import Plane, pod

N1 = "system:node:n1"
MIRROR = {"kubernetes.io/config.mirror": "x"}


def mirror(**spec: Any) -> dict[str, Any]:
    body = pod("m", nodeName="n1", **spec)
    body["metadata"]["annotations"] = MIRROR
    return body


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (pod("m", nodeName="n1"), 'node "n1" can only create mirror pods'),
        (
            {**mirror(), "spec": {**mirror()["spec"], "nodeName": "n2"}},
            "can only create pods with spec.nodeName set to itself",
        ),
        (
            mirror(volumes=[{"name": "s", "secret": {"secretName": "x"}}]),
            'node "n1" can not create pods that reference secrets',
        ),
        (mirror(), ""),
    ],
)
def test_a_kubelet_creates_mirror_pods_alone(body: dict[str, Any], words: str) -> None:
    answer = Plane(strict=True).ask("create", "pods", N1, namespace="default", body=body)
    assert words in str(answer.body.get("message", "")), answer.body
    assert answer.code == (403 if words else 201)


def test_status_and_deletion_of_its_own_pods() -> None:
    plane = Plane(strict=True)
    plane.bound("mine", "n1")
    plane.bound("other", "n2")
    status = {"body": {"status": {"phase": "Running"}}, "subresource": "status", "options": {"patch_type": "merge"}}
    assert plane.ask("patch", "pods", N1, namespace="default", name="mine", **status).code == 200
    refused = plane.ask("patch", "pods", N1, namespace="default", name="other", **status)
    assert 'node "n1" can only update pod status for pods with spec.nodeName set to itself' in refused.body["message"]
    refused = plane.ask("delete", "pods", N1, namespace="default", name="other")
    assert 'node "n1" can only delete pods with spec.nodeName set to itself' in refused.body["message"]
    assert plane.ask("delete", "pods", N1, namespace="default", name="mine").ok


def test_its_own_node_without_the_labels_of_others() -> None:
    plane = Plane(strict=True)
    refused = plane.ask("create", "nodes", N1, body={"metadata": {"name": "n2"}})
    assert 'node "n1" is not allowed to modify node "n2"' in refused.body["message"]
    labels = {"node-role.kubernetes.io/control-plane": "", "disk": "ssd", "topology.kubernetes.io/zone": "a"}
    refused = plane.ask("create", "nodes", N1, body={"metadata": {"name": "n1", "labels": labels}})
    assert refused.body["message"].endswith("is not allowed to set labels: node-role.kubernetes.io/control-plane")
    del labels["node-role.kubernetes.io/control-plane"]
    assert plane.ask("create", "nodes", N1, body={"metadata": {"name": "n1", "labels": labels}}).code == 201
