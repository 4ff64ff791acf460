"""Forms of answers: objects, metadata alone, tables; JSON, YAML, gzip."""

from __future__ import annotations

import json
from typing import Any

import yaml

from cluster_core.api.kinds import by_resource
from explorer.kubeapi import answers
from explorer.kubeapi.representation import Representation

KIND = by_resource("configmaps")


def config_map(name: str) -> dict[str, Any]:
    metadata = {
        "name": name,
        "namespace": "default",
        "resourceVersion": "7",
        "creationTimestamp": "2025-01-01T00:00:00Z",
    }
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"x": "1"}}


LIST = {
    "apiVersion": "v1",
    "kind": "ConfigMapList",
    "metadata": {"resourceVersion": "9", "continue": "t"},
    "items": [config_map("a"), config_map("b")],
}


def made(body: Any, form: Representation) -> Any:
    return json.loads(answers.made(KIND, body, form, 0))


def test_as_they_are() -> None:
    assert made(LIST, Representation()) == LIST
    assert answers.encoded({"a": [1, 2]}, Representation()) == b'{"a":[1,2]}'
    assert yaml.safe_load(answers.encoded(LIST, Representation("yaml"))) == LIST


def test_metadata_alone() -> None:
    form = Representation("json", "PartialObjectMetadata", "v1beta1")
    found = made(config_map("a"), form)
    assert (found["kind"], found["apiVersion"]) == ("PartialObjectMetadata", "meta.k8s.io/v1beta1")
    assert "data" not in found and found["metadata"]["name"] == "a"
    found = made(LIST, form)
    assert (found["kind"], found["metadata"]) == ("PartialObjectMetadataList", LIST["metadata"])
    assert {item["apiVersion"] for item in found["items"]} == {"meta.k8s.io/v1beta1"}


def test_tables() -> None:
    found = made(LIST, Representation("json", "Table"))
    assert (found["kind"], found["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert [row["cells"][0] for row in found["rows"]] == ["a", "b"]
    assert found["metadata"]["continue"] == "t"
    assert found["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    one = made(config_map("a"), Representation("json", "Table", "v1beta1", "Object"))
    assert one["apiVersion"] == "meta.k8s.io/v1beta1"
    assert one["rows"][0]["object"]["data"] == {"x": "1"}


def test_a_status_stays_as_it_is() -> None:
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    assert made(status, Representation("json", "Table")) == status
