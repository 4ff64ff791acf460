"""serviceaccounts/token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.apiserver.plane import Plane, pod


def ask(plane: Plane, spec: dict[str, Any], name: str = "default") -> Any:
    return plane.ask(
        "create", "serviceaccounts", namespace="default", name=name, subresource="token", body={"spec": spec}
    )


def test_the_answer_is_a_token_request_and_nothing_is_stored() -> None:
    plane = Plane()
    before = plane.server.cache.revision
    answer = ask(plane, {})
    assert (answer.code, answer.body["kind"], answer.body["apiVersion"]) == (
        201,
        "TokenRequest",
        "authentication.k8s.io/v1",
    )
    assert answer.body["spec"]["expirationSeconds"] == 3600
    assert answer.body["status"]["token"].count(".") == 2
    assert plane.server.cache.revision == before
    assert ask(plane, {}).body["status"]["token"] != answer.body["status"]["token"]


@pytest.mark.parametrize(
    ("spec", "code", "words"),
    [
        ({"expirationSeconds": 60}, 422, "may not specify a duration less than 10 minutes"),
        ({"expirationSeconds": 2**33}, 422, "may not specify a duration larger than 2^32 seconds"),
        ({"expirationSeconds": "soon"}, 400, "cannot be handled as a TokenRequest"),
        (
            {"boundObjectRef": {"kind": "Job", "apiVersion": "batch/v1", "name": "x"}},
            400,
            "cannot bind token to object of type",
        ),
        ({"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "x"}}, 404, 'pods "x" not found'),
        (
            {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": "1"}},
            409,
            "does not match the UID in record",
        ),
        (
            {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "other"}},
            400,
            "different serviceaccount name",
        ),
    ],
)
def test_what_cannot_be(spec: dict[str, Any], code: int, words: str) -> None:
    plane = Plane()
    plane.made("serviceaccounts", {"metadata": {"name": "robot"}})
    plane.made("pods", pod())
    plane.made("pods", pod("other", serviceAccountName="robot"))
    answer = ask(plane, spec)
    assert (answer.code, words in answer.body["message"]) == (code, True), answer.body


def test_an_account_that_is_missing() -> None:
    assert ask(Plane(), {}, "nobody").code == 404
