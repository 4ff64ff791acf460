"""Objects as kubectl's tables, and as metadata alone. Pure: the time comes as a parameter, in virtual µs.

    table(kind, items, now, include="Metadata", version="", metadata={…}, headers=True) -> Table (meta.k8s.io/v1)
    scale_table(scale, now, …) -> Table of the subresource scale
    partial(obj), partial_list(items, metadata) -> PartialObjectMetadata, PartialObjectMetadataList

`items` are the objects of a list or one object, in the version that the client speaks; `metadata` is the list's own (resourceVersion,
continue, remainingItemCount), by default the resourceVersion of the one object. `include` is what a row carries: "None", "Metadata" or
"Object". A watch sends the columns with its first event only: `headers=False` for the rest. Upstream: `pkg/printers/tablegenerator.go`,
apiserver `pkg/endpoints/handlers/response.go`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cluster_core.api.conversion import FORMS
from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.definitions import description
from cluster_core.api.request import Obj
from cluster_core.apiserver.tables import (
    autoscaling,
    cluster,
    event,
    metrics,
    network,
    pod,
    policy,
    storage,
    workload,
)
from cluster_core.apiserver.tables.custom import DEFAULT, custom_printer
from cluster_core.apiserver.tables.printer import Column, Printer

META = "meta.k8s.io/v1"
INCLUDES = ("None", "Metadata", "Object")
PRINTERS: dict[str, Printer] = {
    resource: printer
    for module in (pod, workload, network, storage, cluster, policy, event, autoscaling, metrics)
    for resource, printer in module.PRINTERS.items()
}


def table(
    kind: Kind,
    items: Sequence[Obj] | Obj,
    now: int,
    include: str = "Metadata",
    version: str = "",
    metadata: Obj | None = None,
    headers: bool = True,
) -> Obj:
    """Objects of a kind as a Table; raises 400 for an unknown `include`."""
    version = version or kind.version
    return _table(_of_form(printer_of(kind, version), kind, version), items, now, include, metadata, headers)


def scale_table(items: Sequence[Obj] | Obj, now: int, include: str = "Metadata", headers: bool = True) -> Obj:
    """The subresource scale, of whatever it is."""
    return _table(workload.SCALE, items, now, include, None, headers)


def printer_of(kind: Kind, version: str) -> Printer:
    """The printer of a kind: its own, that of its printer columns, or name and time of creation."""
    columns = kind.printer_columns(version)
    return custom_printer(columns) if columns is not None else PRINTERS.get(kind.resource, DEFAULT)


def _of_form(printer: Printer, kind: Kind, version: str) -> Printer:
    """The same for objects in another version than the stored one: the cells are those of the stored form."""
    form = FORMS.get((kind.resource, version))
    if form is None:
        return printer
    return Printer(printer.columns, lambda obj, now: printer.cells(form.taken(obj), now))


def partial(obj: Obj) -> Obj:
    """The metadata of an object."""
    return {"kind": "PartialObjectMetadata", "apiVersion": META, "metadata": obj.get("metadata", {})}


def partial_list(items: Sequence[Obj], metadata: Obj) -> Obj:
    """The metadata of the objects of a list."""
    found = [partial(each) for each in items]
    return {"kind": "PartialObjectMetadataList", "apiVersion": META, "metadata": metadata, "items": found}


def _table(
    printer: Printer, items: Sequence[Obj] | Obj, now: int, include: str, metadata: Obj | None, headers: bool
) -> Obj:
    if include not in INCLUDES:
        raise ApiError(400, "BadRequest", f'unrecognized includeObject value: "{include}"')
    rows: Sequence[Obj] = [items] if isinstance(items, dict) else items
    if metadata is None:
        metadata = {"resourceVersion": items["metadata"].get("resourceVersion", "")} if isinstance(items, dict) else {}
    return {
        "kind": "Table",
        "apiVersion": META,
        "metadata": metadata,
        "columnDefinitions": _definitions(printer.columns) if headers else None,
        "rows": [_row(printer, obj, now, include) for obj in rows],
    }


def _row(printer: Printer, obj: Obj, now: int, include: str) -> Obj:
    row: Obj = {"cells": printer.cells(obj, now)}
    if printer is pod.POD and (conditions := pod.row_conditions(obj)):
        row["conditions"] = conditions
    row["object"] = None if include == "None" else obj if include == "Object" else partial(obj)
    return row


@lru_cache(maxsize=128)
def _definitions(columns: tuple[Column, ...]) -> tuple[Obj, ...]:
    return tuple(
        {
            "name": column.name,
            "type": column.type,
            "format": column.format,
            "description": described(column.description),
            "priority": column.priority,
        }
        for column in columns
    )


def described(words: str) -> str:
    """The description of a column: its words, or those of the field that it names."""
    return description(words[1:]) if words.startswith("@") else words
