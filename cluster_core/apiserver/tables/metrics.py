"""The rows of NodeMetrics and PodMetrics. Upstream: metrics-server `pkg/api/table.go`."""

from __future__ import annotations

from cluster_core.api import quantity
from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import name
from cluster_core.apiserver.tables.printer import Cell, Column, Printer

RESOURCES = ("cpu", "memory")


def _metrics(obj: Obj, now: int) -> list[Cell]:
    parts = [each.get("usage") or {} for each in obj.get("containers") or [obj]]
    return [
        name(obj),
        *(_sum([part[each] for part in parts if each in part]) for each in RESOURCES),
        obj.get("window", ""),
    ]


def _sum(quantities: list[str]) -> str:
    """The sum in the unit of the first, which all of one resource have: "12345n", "4096Ki"."""
    if len(quantities) < 2:
        return quantities[0] if quantities else "0"
    unit = quantities[0].lstrip("0123456789.")
    total = sum(quantity.parse(each) for each in quantities) / quantity.parse(f"1{unit}")
    return quantity.canonical(f"{-(-total // 1)}{unit}")


METRICS = Printer(
    (
        Column("Name", "Name of the resource", format="name"),
        *(Column(each, "", format="quantity") for each in RESOURCES),
        Column("Window", "", format="duration"),
    ),
    _metrics,
)

PRINTERS = {"nodes.metrics.k8s.io": METRICS, "pods.metrics.k8s.io": METRICS}
