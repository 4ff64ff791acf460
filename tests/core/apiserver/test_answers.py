"""Lists, Statuses and sizes."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.apiserver.answers import gone, list_of, rough_size
from cluster_core.apiserver.write import Write


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
