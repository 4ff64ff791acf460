"""OpenAPI v3: what kubectl looks for in it, and that it is whole."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from cluster_core.api import openapi
from cluster_core.api.kinds import KINDS
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj

PATHS = list(openapi.index(KINDS)["paths"])
CRON_TAB: Obj = {
    "type": "object",
    "properties": {"spec": {"type": "object", "properties": {"cronSpec": {"type": "string"}}}},
}


class CronTab(Kind):
    """A custom kind."""

    group, version, kind, plural, versions = "stable.example.com", "v1", "CronTab", "crontabs", ("v1", "v1beta1")

    def __init__(self, schema: Obj) -> None:
        self.schema = schema

    def published_schema(self, version: str) -> Obj:
        return self.schema


def document(path: str, kinds: list[Kind] = KINDS) -> Obj:
    found = openapi.document(kinds, path)
    assert found is not None
    return found


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


@pytest.mark.parametrize("path", PATHS)
def test_every_reference_leads_somewhere(path: str) -> None:
    found = document(path)
    schemas = found["components"]["schemas"]
    assert {each.rpartition("/")[2] for each in references(found)} <= set(schemas)


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_has_a_schema_and_operations_that_name_it(path: str) -> None:
    """kubectl explain looks for the schema by the kind that an operation of the path names."""
    found = document(path)
    published = [
        each
        for schema in found["components"]["schemas"].values()
        for each in schema.get("x-kubernetes-group-version-kind", ())
    ]
    for operations in found["paths"].values():
        for method, operation in operations.items():
            about = operation["x-kubernetes-group-version-kind"] if method != "parameters" else None
            if about is not None and not about["kind"].endswith("Options"):
                assert about in published


def test_patch_takes_field_validation() -> None:
    """Without it kubectl validates nothing by v3 and asks for OpenAPI v2 in protobuf."""
    for path, where in (
        ("api/v1", "/api/v1/namespaces/{namespace}/pods/{name}"),
        ("apis/apps/v1", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"),
    ):
        operation = document(path)["paths"][where]["patch"]
        assert "fieldValidation" in [each["name"] for each in operation["parameters"]]
        assert "application/apply-patch+yaml" in operation["requestBody"]["content"]


def test_schemas_carry_what_patches_merge_by() -> None:
    spec = document("apis/apps/v1")["components"]["schemas"]["io.k8s.api.core.v1.PodSpec"]
    containers = spec["properties"]["containers"]
    assert containers["x-kubernetes-patch-merge-key"] == "name"
    assert containers["x-kubernetes-list-map-keys"] == ["name"]
    assert spec["required"] == ["containers"]
    assert spec["properties"]["nodeName"]["description"].startswith("NodeName indicates in which node")


def test_paths_follow_scope_and_verbs() -> None:
    core = document("api/v1")["paths"]
    assert set(core["/api/v1/nodes"]) == {"parameters", "get", "post", "delete"}
    assert "delete" not in core["/api/v1/namespaces"]
    assert "/api/v1/pods" in core
    assert "/api/v1/namespaces/{namespace}/pods/{name}/log" in core
    reviews = document("apis/authorization.k8s.io/v1")["paths"]
    assert set(reviews["/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"]) == {"parameters", "post"}
    scale = document("apis/apps/v1")["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"]
    assert scale["get"]["x-kubernetes-group-version-kind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}


def test_what_is_not_served_has_no_document() -> None:
    assert openapi.document(KINDS, "apis/apps/v1beta1") is None
    assert openapi.published(KINDS, "apis/nope/v1") is None


def test_a_custom_kind_is_published_by_its_reversed_group() -> None:
    found = document("apis/stable.example.com/v1", [*KINDS, CronTab(CRON_TAB)])
    own = found["components"]["schemas"]["com.example.stable.v1.CronTab"]
    assert own["x-kubernetes-group-version-kind"] == [
        {"group": "stable.example.com", "version": "v1", "kind": "CronTab"}
    ]
    assert set(own["properties"]) == {"apiVersion", "kind", "metadata", "spec"}
    assert "com.example.stable.v1.CronTabList" in found["components"]["schemas"]
    assert "/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}" in found["paths"]


def test_custom_kinds_take_no_strategic_merge_patch() -> None:
    """kubectl apply looks here before it sends one, and a custom kind refuses it with 415."""

    def patches(found: Obj, path: str) -> set[str]:
        return set(found["paths"][path]["patch"]["requestBody"]["content"])

    strategic = "application/strategic-merge-patch+json"
    custom = document("apis/stable.example.com/v1", [*KINDS, CronTab(CRON_TAB)])
    assert strategic not in patches(custom, "/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}")
    assert strategic in patches(document("api/v1"), "/api/v1/namespaces/{namespace}/pods/{name}")


def test_the_hash_changes_with_a_custom_schema_and_with_nothing_else() -> None:
    first = openapi.index([*KINDS, CronTab(CRON_TAB)])["paths"]
    again = openapi.index([*KINDS, CronTab(CRON_TAB)])["paths"]
    other = openapi.index([*KINDS, CronTab({"type": "object"})])["paths"]
    assert first == again
    changed = [path for path in first if first[path] != other[path]]
    assert changed == ["apis/stable.example.com/v1", "apis/stable.example.com/v1beta1"]


def test_published_documents_are_kept_with_the_hash_of_the_index() -> None:
    found = openapi.published(KINDS, "apis/batch/v1")
    assert found is not None
    assert found is openapi.published(KINDS, "apis/batch/v1")
    assert json.loads(gzip.decompress(found.gzipped)) == json.loads(found.body) == document("apis/batch/v1")
    assert openapi.index(KINDS)["paths"]["apis/batch/v1"]["serverRelativeURL"].endswith(f"?hash={found.hash}")
