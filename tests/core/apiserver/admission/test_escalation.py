"""Privilege escalation."""

from __future__ import annotations

from typing import Any

from tests.core.apiserver.plane import Plane

GROUP = "rbac.authorization.k8s.io"
JANE = {"user": "jane", "groups": ("system:authenticated",)}
PODS = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}


def team() -> Plane:
    """Jane is admin of namespace default by the cluster role "admin", whose rules are written here."""
    plane = Plane(strict=True)
    rules = [PODS, {"verbs": ["create"], "apiGroups": [GROUP], "resources": ["roles", "rolebindings"]}]
    plane.made(f"clusterroles.{GROUP}", {"metadata": {"name": "boss"}, "rules": rules}, namespace="")
    bind(plane, "boss", {"kind": "User", "name": "jane"})
    return plane


def bind(plane: Plane, role: str, subject: dict[str, str], **who: Any) -> Any:
    body = {"metadata": {"name": f"b-{role}"}, "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": [subject]}
    return plane.ask("create", f"rolebindings.{GROUP}", namespace="default", body=body, **who)


def write(plane: Plane, name: str, rule: dict[str, Any]) -> Any:
    body = {"metadata": {"name": name}, "rules": [rule]}
    return plane.ask("create", f"roles.{GROUP}", namespace="default", body=body, **JANE)


def test_a_role_may_hold_what_its_author_holds() -> None:
    plane = team()
    assert write(plane, "fine", {**PODS, "verbs": ["get"]}).code == 201
    refused = write(plane, "more", {**PODS, "verbs": ["get", "delete", "watch"]})
    assert (refused.code, refused.body["message"]) == (
        403,
        f'roles.{GROUP} "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC '
        'permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}',
    )


def test_a_binding_may_give_what_its_author_holds_or_may_bind() -> None:
    plane = team()
    bob = {"kind": "User", "name": "bob"}
    assert "not currently held" in bind(plane, "cluster-admin", bob, **JANE).body["message"]
    assert bind(plane, "lost", bob, **JANE).code == 404
    rule = {"verbs": ["bind"], "apiGroups": [GROUP], "resources": ["clusterroles"], "resourceNames": ["view"]}
    plane.made(f"clusterroles.{GROUP}", {"metadata": {"name": "binder"}, "rules": [rule]}, namespace="")
    assert bind(plane, "binder", {"kind": "User", "name": "jane"}).code == 201
    view = {"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"]}]}
    plane.ask("patch", f"clusterroles.{GROUP}", name="view", body=view, options={"patch_type": "merge"})
    assert bind(plane, "view", bob, **JANE).code == 201


def test_role_refs_do_not_change() -> None:
    plane = team()
    there = plane.get(f"rolebindings.{GROUP}", "b-boss")
    assert there is not None
    body = {**there, "roleRef": {**there["roleRef"], "name": "view"}}
    refused = plane.ask("update", f"rolebindings.{GROUP}", namespace="default", name="b-boss", body=body)
    assert refused.code == 422
    assert "cannot change roleRef" in refused.body["message"]
