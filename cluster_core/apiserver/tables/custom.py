"""The rows of custom kinds by their printer columns, and of kinds without a printer.

Upstream: apiextensions-apiserver `pkg/registry/customresource/tableconvertor`, apiserver `pkg/registry/rest/table.go`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cluster_core.api import jsonpath
from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import name
from cluster_core.apiserver.tables.duration import INVALID, since
from cluster_core.apiserver.tables.printer import AGE, NAME, Cell, Column, Printer

AGE_COLUMN: Obj = {
    "name": AGE.name,
    "type": "date",
    "description": AGE.description,
    "jsonPath": ".metadata.creationTimestamp",
}
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def custom_printer(columns: Sequence[Obj]) -> Printer:
    """The printer of additionalPrinterColumns; the age alone where there are none."""
    columns = columns or [AGE_COLUMN]

    def cells(obj: Obj, now: int) -> list[Cell]:
        return [name(obj), *(_cell(column, obj, now) for column in columns)]

    return Printer((NAME, *map(_column, columns)), cells)


def _column(given: Obj) -> Column:
    default = f"Custom resource definition column (in JSONPath format): {given['jsonPath']}"
    return Column(
        given["name"],
        given.get("description") or default,
        given.get("type", "string"),
        given.get("format", ""),
        given.get("priority", 0),
    )


def _cell(column: Obj, obj: Obj, now: int) -> Cell:
    found = jsonpath.compiled(column["jsonPath"]).find(obj)
    if not found:
        return None
    return text(found[0]) if column["type"] == "string" else _typed(column["type"], found[0], now)


def text(value: Any) -> str:
    """A value of JSON in a column of texts: structures as JSON, the rest as Go prints it."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).translate(_ESCAPES)
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else str(value)


def _typed(kind: str, value: Any, now: int) -> Cell:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "integer" and number:
        return int(value)
    if kind == "number" and number:
        return float(value)
    if kind == "boolean" and isinstance(value, bool):
        return value
    return _date(value, now) if kind == "date" and isinstance(value, str) else None


def _date(value: str, now: int) -> str:
    try:
        return since(value, now)
    except (ValueError, TypeError, OverflowError):
        return INVALID


def _created(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), obj["metadata"].get("creationTimestamp")]


# Roles, LimitRanges, CustomResourceDefinitions and others.
DEFAULT = Printer((NAME, Column("Created At", "@meta.v1.ObjectMeta.creationTimestamp", "date")), _created)
