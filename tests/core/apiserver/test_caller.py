"""Authentication, impersonation and authorization of one request."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.request import Request
from cluster_core.apiserver.caller import caller_of
from tests.core.apiserver.plane import Plane


def test_the_stages_name_the_user_the_rule_and_who_acts() -> None:
    plane = Plane(strict=True)
    request = Request(1, "c", "kubernetes-admin", "list", "pods", "default")
    caller = caller_of(request, plane.server.cache, plane.server.authorizer)
    assert caller.stages()["authentication"] == "kubernetes-admin"
    assert caller.stages()["authorization"]["binding"] == "clusterrolebinding/kubeadm:cluster-admins"
    request.impersonate = {"user": "root", "groups": ["system:masters"]}
    caller = caller_of(request, plane.server.cache, plane.server.authorizer)
    assert (caller.who.user, caller.acting) == ("root", "kubernetes-admin")
    assert caller.stages()["impersonated_by"] == "kubernetes-admin"


def test_paths_that_are_no_resources() -> None:
    plane = Plane(strict=True)
    anonymous = Request(1, "edge", "system:anonymous", "get", "", groups=("system:unauthenticated",))
    plane.server.authorize_path(anonymous, "/healthz")
    with pytest.raises(ApiError, match=r"system:anonymous.* cannot get path ./metrics"):
        plane.server.authorize_path(anonymous, "/metrics")


def test_the_edge_says_the_groups_of_an_outside_client() -> None:
    plane = Plane(strict=True)
    request = Request(1, "c", "system:node:n1", "list", "pods", groups=("system:authenticated",))
    assert plane.server.read(request).code == 403
    allowed = Request(1, "c", "somebody", "list", "pods", groups=("kubeadm:cluster-admins", "system:authenticated"))
    assert plane.server.read(allowed).code == 200


def test_what_is_remembered_is_forgotten_when_a_role_changes_and_never_spans_names() -> None:
    plane = Plane(strict=True)
    rule = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}
    plane.made("clusterroles.rbac.authorization.k8s.io", {"metadata": {"name": "r"}, "rules": [rule]}, namespace="")
    subjects = [{"kind": "User", "name": "jane"}]
    body = {"metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": "r"}, "subjects": subjects}
    plane.made("clusterrolebindings.rbac.authorization.k8s.io", body, namespace="")

    def code(name: str) -> int:
        return plane.ask("get", "pods", "jane", namespace="default", name=name).code

    assert [code("a"), code("b"), code("a")] == [404, 403, 404]
    wide = {"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}
    merge = {"patch_type": "merge"}
    plane.ask("patch", "clusterroles.rbac.authorization.k8s.io", name="r", body=wide, options=merge)
    assert [code("a"), code("b"), code("b")] == [404, 404, 404]
    plane.ask("delete", "clusterrolebindings.rbac.authorization.k8s.io", name="b")
    assert code("b") == 403
    kubelet = "system:node:n1"
    assert plane.ask("get", "pods", kubelet, namespace="default", name="b").code == 403
    assert plane.ask("patch", "pods", kubelet, namespace="default", name="b", subresource="status", body={}).code == 404
    assert plane.ask("get", "pods", kubelet, namespace="default", name="b").code == 403
