"""Acting as somebody else."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.apiserver.authentication.impersonation import impersonated
from tests.core.apiserver.plane import Plane

JANE = {"user": "jane", "groups": ("system:authenticated",)}


def test_groups_are_those_that_are_asked_for_or_the_usual_ones() -> None:
    assert impersonated({"user": "jane"})[0].groups == ("system:authenticated",)
    assert impersonated({"user": "jane", "groups": ["devs"]})[0].groups == ("devs",)
    assert impersonated({"user": "system:anonymous"})[0].groups == ("system:unauthenticated",)
    robot = impersonated({"user": "system:serviceaccount:ns:robot"})[0]
    assert robot.groups == ("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated")


def test_every_part_needs_a_permission_of_its_own() -> None:
    wanted = {"user": "jane", "groups": ["devs"], "uid": "7", "extra": {"Scopes": ["a"]}}
    asked = impersonated(wanted)[1]
    assert [(one.group, one.combined, one.name) for one in asked] == [
        ("", "users", "jane"),
        ("", "groups", "devs"),
        ("authentication.k8s.io", "userextras/scopes", "a"),
        ("authentication.k8s.io", "uids", "7"),
    ]


def test_groups_without_a_user_are_refused() -> None:
    with pytest.raises(ApiError, match="without impersonating a user") as caught:
        impersonated({"groups": ["devs"]})
    assert caught.value.code == 400


def test_the_administrator_may_and_counts_as_the_other() -> None:
    plane = Plane(strict=True)
    answer = plane.ask("list", "pods", namespace="default", impersonate={"user": "jane"})
    assert answer.body["message"] == (
        'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"'
    )
    refused = plane.ask("list", "pods", **JANE, impersonate={"user": "bob"})
    assert refused.body["message"] == (
        'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope'
    )
    account = {"user": "system:serviceaccount:default:robot"}
    refused = plane.ask("list", "pods", **JANE, impersonate=account)
    assert refused.body["message"] == (
        'serviceaccounts "robot" is forbidden: User "jane" cannot impersonate resource "serviceaccounts" in API group "" '
        'in the namespace "default"'
    )
