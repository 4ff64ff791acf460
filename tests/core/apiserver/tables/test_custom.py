"""Rows of custom kinds."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.apiserver.tables.custom import custom_printer, text
from tests.core.apiserver.tables.rows import NOW

OBJ = {
    "metadata": {"name": "w", "creationTimestamp": "2025-01-01T00:59:00Z"},
    "spec": {"size": 3, "ratio": 1.5, "on": True, "parts": ["b", {"a": "<"}], "name": "n"},
}


@pytest.mark.parametrize(
    ("kind", "path", "cell"),
    [
        ("integer", ".spec.size", 3),
        ("integer", ".spec.ratio", 1),
        ("integer", ".spec.name", None),
        ("integer", ".spec.on", None),
        ("number", ".spec.size", 3.0),
        ("boolean", ".spec.on", True),
        ("boolean", ".spec.size", None),
        ("string", ".spec.size", "3"),
        ("string", ".spec.on", "true"),
        ("string", ".spec.parts", '["b",{"a":"\\u003c"}]'),
        ("string", ".spec.nope", None),
        ("date", ".metadata.creationTimestamp", "60s"),
        ("date", ".spec.name", "<invalid>"),
    ],
)
def test_cells_follow_the_type_of_their_column(kind: str, path: str, cell: Any) -> None:
    assert custom_printer([{"name": "C", "type": kind, "jsonPath": path}]).cells(OBJ, NOW) == ["w", cell]


def test_without_columns_there_is_the_age() -> None:
    printer = custom_printer([])
    assert [column.name for column in printer.columns] == ["Name", "Age"]
    assert printer.cells(OBJ, NOW) == ["w", "60s"]


def test_numbers_as_go_prints_them() -> None:
    assert [text(each) for each in (3.0, 1.5, None, 7, False)] == ["3", "1.5", "<nil>", "7", "false"]


def test_columns_keep_what_the_author_said() -> None:
    given = {
        "name": "Size",
        "type": "integer",
        "jsonPath": ".spec.size",
        "description": "How big",
        "priority": 1,
        "format": "int32",
    }
    column = custom_printer([given]).columns[1]
    assert (column.description, column.priority, column.format) == ("How big", 1, "int32")
