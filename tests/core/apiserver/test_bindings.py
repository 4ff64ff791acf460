"""The older door to pods/binding, which client libraries call create_namespaced_binding."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane

POD = {"metadata": {"name": "a", "namespace": "default"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def bound(plane: Plane, body: Any, **options: Any) -> tuple[int, Obj]:
    found = plane.ask("create", "bindings", namespace="default", body=body, options=options)
    return found.code, found.body


def binding(name: str, node: str) -> Obj:
    return {"metadata": {"name": name}, "target": {"apiVersion": "v1", "kind": "Node", "name": node}}


def test_the_pod_of_its_name_goes_to_the_node() -> None:
    plane = Plane()
    plane.made("pods", POD)
    code, body = bound(plane, binding("a", "node-1"))
    assert (code, body["status"]) == (201, "Success")
    assert plane.ask("get", "pods", namespace="default", name="a").body["spec"]["nodeName"] == "node-1"
    code, body = bound(plane, binding("a", "node-2"))
    assert (code, body["reason"]) == (409, "Conflict")


@pytest.mark.parametrize("body", [None, [], {}, {"metadata": 3}, {"metadata": {"name": 7}}, binding("nope", "node-1")])
def test_one_that_names_no_pod_is_refused(body: Any) -> None:
    code, _body = bound(Plane(), body)
    assert 400 <= code < 500


def test_nobody_reads_one() -> None:
    assert Plane().ask("list", "bindings", namespace="default").code == 405
