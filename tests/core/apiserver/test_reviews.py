"""Reviews, answered at once and out of band."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Request
from tests.core.apiserver.plane import Plane

AUTHORIZATION, AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"
JANE = {"user": "jane", "groups": ("devs", "system:authenticated")}
PODS = {"verb": "get", "resource": "pods", "namespace": "default"}


def plane() -> Plane:
    made = Plane(strict=True)
    rules = [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]
    made.made("roles.rbac.authorization.k8s.io", {"metadata": {"name": "r"}, "rules": rules})
    subjects = [{"kind": "Group", "name": "devs"}]
    body = {"metadata": {"name": "b"}, "roleRef": {"kind": "Role", "name": "r"}, "subjects": subjects}
    made.made("rolebindings.rbac.authorization.k8s.io", body)
    return made


def review(made: Plane, resource: str, spec: dict[str, Any] | None = None, **fields: Any) -> Any:
    return made.ask("create", resource, body={"spec": spec} if spec is not None else {}, **{**JANE, **fields})


def test_may_i() -> None:
    made = plane()
    yes = review(made, f"selfsubjectaccessreviews.{AUTHORIZATION}", {"resourceAttributes": PODS})
    assert (yes.code, yes.body["status"]) == (
        201,
        {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "b/default" of Role "r" to Group "devs"'},
    )
    no = review(made, f"selfsubjectaccessreviews.{AUTHORIZATION}", {"resourceAttributes": {**PODS, "verb": "delete"}})
    assert no.body["status"] == {"allowed": False}
    url = {"nonResourceAttributes": {"verb": "get", "path": "/healthz"}}
    assert review(made, f"selfsubjectaccessreviews.{AUTHORIZATION}", url).body["status"]["allowed"]
    nowhere = review(made, f"selfsubjectaccessreviews.{AUTHORIZATION}", {"nonResourceAttributes": {}})
    assert nowhere.body["status"] == {"allowed": False}
    assert review(made, f"selfsubjectaccessreviews.{AUTHORIZATION}", {}).code == 422


def test_may_they() -> None:
    made, admin = plane(), {"user": "kubernetes-admin", "groups": ()}
    resource = f"subjectaccessreviews.{AUTHORIZATION}"
    assert review(made, resource, {"user": "bob", "resourceAttributes": PODS}).code == 403
    asked = {"user": "bob", "groups": ["devs"], "resourceAttributes": PODS}
    assert review(made, resource, asked, **admin).body["status"]["allowed"]
    assert (
        "at least one of user or group" in review(made, resource, {"resourceAttributes": PODS}, **admin).body["message"]
    )
    local = f"localsubjectaccessreviews.{AUTHORIZATION}"
    assert review(made, local, asked, namespace="default", **admin).body["status"]["allowed"]
    assert "must match metadata.namespace" in review(made, local, asked, namespace="other", **admin).body["message"]


def test_what_may_i() -> None:
    status = review(plane(), f"selfsubjectrulesreviews.{AUTHORIZATION}", {"namespace": "default"}).body["status"]
    assert {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]} in status["resourceRules"]
    assert any("/healthz" in rule["nonResourceURLs"] for rule in status["nonResourceRules"])
    assert status["incomplete"] is False


def test_who_am_i() -> None:
    answer = review(plane(), f"selfsubjectreviews.{AUTHENTICATION}")
    assert answer.body["status"] == {"userInfo": {"username": "jane", "groups": ["devs", "system:authenticated"]}}


def test_whose_token_is_this() -> None:
    made, admin = plane(), {"user": "kubernetes-admin", "groups": ()}
    token = made.ask("create", "serviceaccounts", namespace="default", name="default", subresource="token", body={})
    spec = {"token": token.body["status"]["token"]}
    status = review(made, f"tokenreviews.{AUTHENTICATION}", spec, **admin).body["status"]
    assert status["authenticated"]
    assert status["user"]["username"] == "system:serviceaccount:default:default"
    nobody = review(made, f"tokenreviews.{AUTHENTICATION}", {"token": "x"}, **admin).body["status"]
    assert nobody == {"user": {}, "error": "invalid bearer token"}
    assert review(made, f"tokenreviews.{AUTHENTICATION}", {"token": ""}, **admin).code == 400


def test_out_of_band_and_by_no_other_verb() -> None:
    made = plane()
    events, resource = made.sim.number, f"selfsubjectaccessreviews.{AUTHORIZATION}"
    body = {"spec": {"resourceAttributes": PODS}}
    request = Request(1, "edge", "jane", "create", resource, body=body, groups=("devs", "system:authenticated"))
    answer = made.server.read(request)
    assert (answer.code, answer.body["status"]["allowed"], made.sim.number) == (201, True, events)
    assert made.ask("list", resource).code == 405
