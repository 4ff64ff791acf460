"""The row of an Event, in either of its two groups (`table` turns both into the stored form). Upstream: printers.go `printEvent`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import name
from cluster_core.apiserver.tables.duration import UNKNOWN, since
from cluster_core.apiserver.tables.printer import Cell, Column, Printer, wide


def _event(obj: Obj, now: int) -> list[Cell]:
    about = obj.get("involvedObject") or {}
    first, last, count = _seen(obj, now)
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{about.get('kind', '').lower()}/{about['name']}" if about.get("name") else about.get("kind", "").lower(),
        about.get("fieldPath", ""),
        _source(obj),
        str(obj.get("message", "")).strip(),
        first,
        count,
        name(obj),
    ]


def _seen(obj: Obj, now: int) -> tuple[str, str, int]:
    """First and last seen, and how often. An event of the new API has a time of its own, and a series when it repeats."""
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj.get("lastTimestamp"), now)
    count, series = obj.get("count") or 1, obj.get("series")
    if series is not None:
        return first, since(series.get("lastObservedTime"), now), series.get("count", 0)
    return first, first if last == UNKNOWN else last, count


def _source(obj: Obj) -> str:
    source = obj.get("source") or {}
    component = source.get("component") or obj.get("reportingComponent") or ""
    instance = source.get("host") or obj.get("reportingInstance") or ""
    return f"{component}, {instance}" if instance else component


EVENT = Printer(
    (
        Column("Last Seen", "@core.v1.Event.lastTimestamp"),
        Column("Type", "@core.v1.Event.type"),
        Column("Reason", "@core.v1.Event.reason"),
        Column("Object", "@core.v1.Event.involvedObject"),
        wide("Subobject", "@core.v1.ObjectReference.fieldPath"),
        wide("Source", "@core.v1.Event.source"),
        Column("Message", "@core.v1.Event.message"),
        wide("First Seen", "@core.v1.Event.firstTimestamp"),
        wide("Count", "@core.v1.Event.count"),
        Column("Name", "@meta.v1.ObjectMeta.name", format="name", priority=1),
    ),
    _event,
)

PRINTERS = {"events": EVENT, "events.events.k8s.io": EVENT}
