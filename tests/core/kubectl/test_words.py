"""How a failed answer is printed."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api import errors
from cluster_core.api.errors import ApiError, Cause
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Response
from cluster_core.kubectl import words


def answer(error: ApiError) -> Response:
    return Response(1, error.code, error.status())


CASES: list[tuple[ApiError, str, str]] = [
    (errors.not_found("pods", "x"), "", 'Error from server (NotFound): pods "x" not found'),
    (errors.bad_request("no"), 'creating "STDIN"', 'Error from server (BadRequest): error when creating "STDIN": no'),
    (
        errors.invalid("Pod", "", "x", [Cause("spec", "Required")]),
        'creating "STDIN"',
        'The Pod "x" is invalid: spec: Required value',
    ),
    (
        errors.invalid("Deployment", "apps", "x", [Cause("spec.a", "Required"), Cause("spec.b", "Required")]),
        "",
        'The Deployment "x" is invalid: \n* spec.a: Required value\n* spec.b: Required value',
    ),
    (
        ApiError(422, "Invalid", "the server rejected our request"),
        "",
        "The request is invalid: the server rejected our request",
    ),
    (
        errors.invalid("", "", "", [Cause("patch", "Invalid", "no", "{}")]),
        "",
        'The request is invalid: patch: Invalid value: "{}": no',
    ),
    (
        ApiError(500, "InternalError", "etcdserver: request timed out"),
        "",
        "Error from server (InternalError): etcdserver: request timed out",
    ),
]


@pytest.mark.parametrize(("error", "doing", "line"), CASES)
def test_failures(error: ApiError, doing: str, line: str) -> None:
    assert words.failure(answer(error), doing) == line


@pytest.mark.parametrize("meta", [{"name": "x", "namespace": "n"}, {}, None, 5])
def test_an_unknown_kind(meta: Any) -> None:
    line = words.no_mapping({"apiVersion": "v1", "kind": "Foo", "metadata": meta})
    assert line.startswith("error: resource mapping not found for name: ")
    assert line.endswith('from "STDIN": no matches for kind "Foo" in version "v1"\nensure CRDs are installed first')


def test_what_a_failed_patch_was_about() -> None:
    line = words.failure(
        answer(errors.conflict("deployments.apps", "web")),
        words.applying({"spec": {"replicas": 2}}, by_resource("deployments"), "default", "web"),
    )
    assert line.startswith(
        'Error from server (Conflict): error when applying patch:\n{"spec":{"replicas":2}}\nto:\n'
        'Resource: "apps/v1, Resource=deployments", GroupVersionKind: "apps/v1, Kind=Deployment"\n'
        'Name: "web", Namespace: "default"\nfor: "STDIN": error when patching "STDIN": Operation cannot be fulfilled'
    )
