"""Whole tables: columns, rows, what a row carries."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import KINDS, by_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.apiserver import tables
from cluster_core.apiserver.tables.table import PRINTERS, described
from tests.core.apiserver.tables.rows import NOW

POD: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a", "namespace": "default", "resourceVersion": "7", "labels": {"app": "a"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    "status": {"phase": "Pending"},
}


class Widget(Kind):
    """A custom kind."""

    group, kind, plural = "example.com", "Widget", "widgets"

    def printer_columns(self, version: str) -> list[Obj]:
        return [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}]


def test_every_printer_has_a_cell_per_column_even_for_a_bookmark() -> None:
    for resource, printer in PRINTERS.items():
        assert len(printer.cells({"metadata": {"resourceVersion": "5"}}, NOW)) == len(printer.columns), resource


def test_every_column_is_described() -> None:
    for resource, printer in PRINTERS.items():
        if not resource.endswith("metrics.k8s.io"):
            assert all(described(column.description) for column in printer.columns), resource


def test_few_kinds_have_no_printer() -> None:
    stored = {kind.resource for kind in KINDS if kind.stored}
    assert stored - set(PRINTERS) == {
        "roles.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "limitranges",
        "customresourcedefinitions.apiextensions.k8s.io",
    }


def test_a_row_carries_the_metadata_of_its_object() -> None:
    found = tables.table(by_resource("pods"), [POD], NOW, metadata={"resourceVersion": "9", "continue": "x"})
    assert (found["kind"], found["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert found["metadata"] == {"resourceVersion": "9", "continue": "x"}
    assert found["rows"][0]["object"] == {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": POD["metadata"],
    }
    assert found["columnDefinitions"][0] == {
        "name": "Name",
        "type": "string",
        "format": "name",
        "description": described("@meta.v1.ObjectMeta.name"),
        "priority": 0,
    }


def test_or_the_object_or_nothing() -> None:
    def row(include: str) -> Obj:
        found: Obj = tables.table(by_resource("pods"), [POD], NOW, include)["rows"][0]
        return found

    assert row("Object")["object"] is POD
    assert row("None")["object"] is None
    with pytest.raises(ApiError, match="unrecognized includeObject value"):
        row("All")


def test_one_object_has_its_own_version_and_later_events_no_columns() -> None:
    found = tables.table(by_resource("pods"), POD, NOW, headers=False)
    assert found["metadata"] == {"resourceVersion": "7"}
    assert found["columnDefinitions"] is None
    assert tables.table(by_resource("pods"), [], NOW)["rows"] == []


def test_finished_pods_are_marked() -> None:
    done = {**POD, "status": {"phase": "Succeeded"}}
    assert tables.table(by_resource("pods"), done, NOW)["rows"][0]["conditions"] == [
        {"type": "Completed", "status": "True", "reason": "Succeeded", "message": "The pod has completed successfully."}
    ]
    assert "conditions" not in tables.table(by_resource("pods"), POD, NOW)["rows"][0]


def test_kinds_without_a_printer_tell_when_they_were_created() -> None:
    role = {"metadata": {"name": "r", "creationTimestamp": "2025-01-01T00:00:00Z"}}
    found = tables.table(by_resource("roles"), role, NOW)
    assert [column["name"] for column in found["columnDefinitions"]] == ["Name", "Created At"]
    assert found["rows"][0]["cells"] == ["r", "2025-01-01T00:00:00Z"]


def test_custom_kinds_use_their_columns() -> None:
    found = tables.table(Widget(), {"metadata": {"name": "w"}, "spec": {"size": 3}}, NOW)
    assert found["rows"][0]["cells"] == ["w", 3]
    assert found["columnDefinitions"][1]["description"].endswith(".spec.size")


def test_scales_have_a_table_of_their_own() -> None:
    scale = {"metadata": {"name": "web"}, "spec": {"replicas": 3}, "status": {"replicas": 2}}
    assert tables.scale_table(scale, NOW)["rows"][0]["cells"] == ["web", 3, 2, "<unknown>"]


def test_metadata_alone() -> None:
    assert tables.partial(POD)["metadata"] is POD["metadata"]
    found = tables.partial_list([POD], {"resourceVersion": "9"})
    assert found["kind"] == "PartialObjectMetadataList"
    assert [each["metadata"]["name"] for each in found["items"]] == ["a"]
