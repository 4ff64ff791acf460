"""Who owns the replicas when they are set through the Scale."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.apiserver.apply.cluster import Outside, web

REPLICAS = {"f:spec": {"f:replicas": {}}}


def scale(replicas: int | None = 5, **more: Any) -> dict[str, Any]:
    spec = {} if replicas is None else {"replicas": replicas}
    return {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"}, "spec": spec, **more}


@pytest.fixture
def outside() -> Outside:
    found = Outside()
    found.apply("deployments.apps", web(), "owner")
    return found


def test_a_patch_of_the_scale_takes_the_replicas(outside: Outside) -> None:
    options = {"patch_type": "merge", "field_manager": "kubectl"}
    body = {"spec": {"replicas": 5}}
    assert outside.ask("patch", "deployments.apps", "web", body, subresource="scale", options=options).code == 200
    owners = outside.owners("deployments.apps")
    assert owners["kubectl Update scale"] == REPLICAS
    assert "f:replicas" not in owners["owner Apply"]["f:spec"]


def test_an_apply_of_the_scale(outside: Outside) -> None:
    answer = outside.apply("deployments.apps", scale(), "hpa", subresource="scale")
    assert (answer.code, answer.body["message"]) == (
        409,
        'Apply failed with 1 conflict: conflict with "owner": .spec.replicas',
    )
    answer = outside.apply("deployments.apps", scale(), "hpa", subresource="scale", force=True)
    assert (answer.code, answer.body["kind"], answer.body["spec"]) == (200, "Scale", {"replicas": 5})
    assert outside.owners("deployments.apps")["hpa Apply scale"] == REPLICAS
    assert outside.get("deployments.apps")["metadata"]["generation"] == 2


def test_the_same_replicas_have_two_owners(outside: Outside) -> None:
    assert outside.apply("deployments.apps", scale(3), "hpa", subresource="scale").code == 200
    owners = outside.owners("deployments.apps")
    assert owners["hpa Apply scale"] == REPLICAS and owners["owner Apply"]["f:spec"]["f:replicas"] == {}
    before = outside.get("deployments.apps")
    outside.apply("deployments.apps", scale(3), "hpa", subresource="scale")
    assert outside.get("deployments.apps") == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "invalid object type: /, Kind="),
        (web(), "invalid object type: apps/v1, Kind=Deployment"),
        (scale(metadata={"managedFields": [{}]}), "metadata.managedFields must be nil"),
        (
            scale(spec={"replicas": "x"}),
            "failed to create typed patch object (default/web; autoscaling/v1, Kind=Scale): "
            ".spec.replicas: expected numeric (int or float), got string",
        ),
    ],
)
def test_what_is_no_scale(outside: Outside, body: Any, words: str) -> None:
    answer = outside.apply("deployments.apps", body, subresource="scale")
    assert (answer.code, answer.body["message"]) == (400, words)
