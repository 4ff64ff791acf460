"""The row of a HorizontalPodAutoscaler: what it measures against what it wants. Upstream: printers.go `formatHPAMetrics`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import NONE, UNSET, age, name, spec, status
from cluster_core.apiserver.tables.printer import Cell, Column, Printer, counted, named

METRICS_SHOWN = 2
UNKNOWN = "<unknown>"
NIL = "<nil>"
SOURCES = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def _autoscaler(obj: Obj, now: int) -> list[Cell]:
    target = spec(obj).get("scaleTargetRef") or {}
    return [
        name(obj),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        _metrics(obj),
        str(spec(obj).get("minReplicas", UNSET)),
        counted(spec(obj).get("maxReplicas")),
        counted(status(obj).get("currentReplicas")),
        age(obj, now),
    ]


def _metrics(obj: Obj) -> str:
    wanted = spec(obj).get("metrics") or []
    measured = status(obj).get("currentMetrics") or []
    if not wanted:
        return NONE
    texts = [_metric(each, measured[index] if index < len(measured) else {}) for index, each in enumerate(wanted)]
    text = ", ".join(texts[:METRICS_SHOWN])
    return f"{text} + {len(texts) - METRICS_SHOWN} more..." if len(texts) > METRICS_SHOWN else text


def _metric(wanted: Obj, measured: Obj) -> str:
    field = SOURCES.get(wanted.get("type", ""))
    if field is None:
        return "<unknown type>"
    source = wanted.get(field) or {}
    target, found = source.get("target") or {}, measured.get(field)
    current = (found or {}).get("current") or {}
    if field in ("resource", "containerResource"):
        return f"{source.get('name', '')}: {_resource(target, current, found is not None)}"
    if field == "pods":
        return f"{current.get('averageValue', NIL) if found else UNKNOWN}/{target.get('averageValue', NIL)}"
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']} (avg)"
    return f"{current.get('value', NIL) if found else UNKNOWN}/{target.get('value', NIL)}"


def _resource(target: Obj, current: Obj, measured: bool) -> str:
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', NIL) if measured else UNKNOWN}/{target['averageValue']}"
    share, wanted = current.get("averageUtilization"), target.get("averageUtilization")
    return f"{UNKNOWN if share is None else f'{share}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"


AUTOSCALER = named(
    Column("Reference", "@autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef"),
    Column("Targets", "@autoscaling.v2.HorizontalPodAutoscalerSpec.metrics"),
    Column("MinPods", "@autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas"),
    Column("MaxPods", "@autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas"),
    Column("Replicas", "@autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas"),
)

PRINTERS = {"horizontalpodautoscalers.autoscaling": Printer(AUTOSCALER, _autoscaler)}
