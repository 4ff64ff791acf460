"""Kinds, revisions, lists and Statuses."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request
from cluster_core.apiserver.answers import asked_revision, gone, kind_of, list_of, rough_size, served
from cluster_core.apiserver.write import Write


def asked(revision: object) -> Request:
    return Request(1, "client", "u", "watch", "pods", options={"resource_version": revision})


def test_kinds_by_resource() -> None:
    assert served("deployments.apps").kind == "Deployment"
    assert kind_of("gadgets") is None
    with pytest.raises(ApiError, match="the server could not find the requested resource"):
        served("gadgets")


@pytest.mark.parametrize(("given", "revision"), [("", 0), (None, 0), ("0", 0), ("12", 12), (12, 12)])
def test_revisions(given: object, revision: int) -> None:
    assert asked_revision(asked(given)) == revision


@pytest.mark.parametrize("given", ["-1", "x", "1.5", "9" * 30, "１"])
def test_no_revisions(given: str) -> None:
    with pytest.raises(ApiError, match="invalid resource version"):
        asked_revision(asked(given))


def test_lists_and_statuses() -> None:
    kind = by_resource("deployments")
    found = list_of(kind, [], 7)
    assert (found["apiVersion"], found["kind"], found["metadata"]) == (
        "apps/v1",
        "DeploymentList",
        {"resourceVersion": "7"},
    )
    told = gone(kind, Write("web", None, 3, {"metadata": {"uid": "u"}}))
    assert told["details"] == {"name": "web", "kind": "deployments", "group": "apps", "uid": "u"}


def test_the_size_is_about_that_of_the_texts_and_does_not_depend_on_sharing() -> None:
    text = "b" * 1_000
    assert 1_000 < rough_size({"a": text, "c": ["d", 5], "e": None}) < 1_100
    assert rough_size([text, text]) == rough_size([text, "".join(["b"] * 1_000)]) > 2_000
