"""What of a write is checked: everything that a client sends, what a component does not build from checked objects."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import COMPONENT, USER, Plane, pod

BAD: Obj = {"metadata": {"name": "web"}, "subsets": [{"addresses": [{"ip": "127.0.0.1"}]}]}


@pytest.mark.parametrize(("user", "code"), [(USER, 422), (COMPONENT, 201)])
def test_what_a_component_builds_is_not_checked_again(user: str, code: int) -> None:
    assert Plane().ask("create", "endpoints", user, namespace="default", body=BAD).code == code


def test_components_are_checked_like_anybody_where_nothing_vouches_for_them() -> None:
    plane = Plane()
    assert plane.ask("create", "pods", COMPONENT, namespace="default", body=pod(hostname="a.b")).code == 422
    body = {**BAD, "metadata": {"name": "web", "labels": {"a b": "c"}}}
    assert plane.ask("create", "endpoints", COMPONENT, namespace="default", body=body).code == 422


@pytest.mark.parametrize(("user", "code"), [(USER, 422), (COMPONENT, 200)])
def test_statuses_of_pods(user: str, code: int) -> None:
    plane = Plane()
    made = plane.made("pods", pod())
    body = {**made, "status": {**made["status"], "qosClass": "Guaranteed"}}
    answer = plane.ask("update", "pods", user, namespace="default", name="web", subresource="status", body=body)
    assert answer.code == code


def test_what_an_update_leaves_is_not_checked_again() -> None:
    plane = Plane()
    plane.ask("create", "endpoints", COMPONENT, namespace="default", body=BAD)
    body = {"metadata": {"labels": {"a": "b"}}}
    options = {"patch_type": "merge"}
    answer = plane.ask("patch", "endpoints", namespace="default", name="web", body=body, options=options)
    assert answer.code == 422, "a kind without a spec is checked whole"
    plane.made("pods", pod())
    assert plane.ask("patch", "pods", namespace="default", name="web", body=body, options=options).code == 200
