"""The chain of authorizers in a control plane."""

from __future__ import annotations

import pickle

from cluster_core.api.request import Request
from cluster_core.apiserver.authentication.identity import component
from cluster_core.apiserver.authorization.authorizer import Authorizer, attributes_of
from tests.core.apiserver.plane import Plane, pod

JANE = {"user": "jane", "groups": ("system:authenticated",)}
ROLES, BINDINGS = "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"


def test_what_a_request_asks_for() -> None:
    def asked(verb: str, resource: str, **fields: object) -> tuple[str, ...]:
        found = attributes_of(Request(1, "c", "u", verb, resource, **fields))  # type: ignore[arg-type]
        return (found.group, found.combined, found.namespace, found.name)

    assert asked("get", "deployments", namespace="a", name="x") == ("apps", "deployments", "a", "x")
    assert asked("get", "crontabs.stable.example.com", namespace="a") == ("stable.example.com", "crontabs", "a", "")
    assert asked("get", "namespaces", name="team") == ("", "namespaces", "team", "team")
    one = {"field_selector": "metadata.name=x,spec.nodeName=n"}
    assert asked("watch", "pods", options=one) == ("", "pods", "", "x")


def test_rights_come_and_go_with_roles_and_bindings() -> None:
    plane = Plane(strict=True)
    plane.made("pods", pod())

    def may() -> int:
        return plane.ask("get", "pods", namespace="default", name="web", **JANE).code

    assert may() == 403
    rules = [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["web"]}]
    plane.made(ROLES, {"metadata": {"name": "r"}, "rules": rules})
    subjects = [{"kind": "User", "name": "jane"}]
    body = {"metadata": {"name": "b"}, "roleRef": {"kind": "Role", "name": "r"}, "subjects": subjects}
    plane.made(BINDINGS, body)
    assert may() == 200
    assert plane.ask("get", "pods", namespace="default", name="else", **JANE).code == 403
    assert (
        plane.ask("list", "pods", namespace="default", options={"field_selector": "metadata.name=web"}, **JANE).code
        == 403
    )
    plane.ask("delete", BINDINGS, namespace="default", name="b")
    assert may() == 403


def test_who_may_nothing_is_not_told_whether_a_resource_exists() -> None:
    plane = Plane(strict=True)
    assert plane.ask("get", "unicorns.example.com", name="x", **JANE).code == 403
    assert plane.ask("get", "unicorns.example.com", name="x").code == 404


def test_the_privileged_group_and_the_reasons_of_both_authorizers() -> None:
    plane = Plane(strict=True)
    authorizer, cache = plane.server.authorizer, plane.server.cache
    asked = attributes_of(Request(1, "c", "u", "list", "nodes"))
    assert authorizer.decide(cache, component("kubernetes-super-admin"), asked).rule == {
        "authorizer": "PrivilegedGroups"
    }
    reason = authorizer.decide(cache, component("system:node:n1"), asked).reason
    assert reason == "node 'n1' cannot read all nodes, only its own Node object"


def test_nothing_remembered_is_in_a_checkpoint() -> None:
    plane = Plane(strict=True)
    plane.ask("list", "pods")
    assert len(pickle.dumps(plane.server.authorizer)) < 200
    assert isinstance(pickle.loads(pickle.dumps(plane.server.authorizer)), Authorizer)
