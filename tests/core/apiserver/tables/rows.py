"""A table's row, for tests."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj
from cluster_core.apiserver import tables

# 2025-01-01T01:00:00Z, an hour after the start of virtual time.
NOW = 3_600_000_000


def cells(resource: str, obj: Obj) -> list[Any]:
    """The cells of one object, a minute old."""
    meta = {"name": "x", "creationTimestamp": "2025-01-01T00:59:00Z", **obj.get("metadata", {})}
    row = tables.table(by_resource(resource), {**obj, "metadata": meta}, NOW)["rows"][0]
    found: list[Any] = row["cells"]
    return found


def named_cells(resource: str, obj: Obj) -> dict[str, Any]:
    """The same by the names of the columns."""
    columns = tables.printer_of(by_resource(resource), "v1").columns
    return dict(zip([column.name for column in columns], cells(resource, obj), strict=True))
