"""Events, of the core group and of events.k8s.io: the same stored objects. Upstream: `pkg/apis/core/validation/events.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import immutable, must_be_named
from cluster_core.api.kinds.kind import Kind, validate_metadata
from cluster_core.api.request import Obj

SHORT_MAX = 128
NOTE_MAX = 1024
UNSET = ("firstTimestamp", "lastTimestamp", "count", "source")
FIXED = (
    ("involvedObject", "involvedObject"),
    ("reason", "reason"),
    ("message", "message"),
    ("source", "source"),
    ("firstTimestamp", "firstTimestamp"),
    ("lastTimestamp", "lastTimestamp"),
    ("count", "count"),
    ("type", "type"),
    ("eventTime", "eventTime"),
    ("action", "action"),
    ("related", "related"),
    ("reportingComponent", "reportingController"),
    ("reportingInstance", "reportingInstance"),
)


class Event(Kind):
    """What `kubectl get events` shows."""

    kind, plural, short_names, has_status, has_spec = "Event", "events", ("ev",), False, False
    field_labels = (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    )

    def validate(self, obj: Obj) -> list[Cause]:
        """It lives where its object does; one with an eventTime tells who reports it and what was done."""
        where, lives = (obj.get("involvedObject") or {}).get("namespace") or "", obj["metadata"]["namespace"]
        if obj.get("eventTime"):
            elsewhere = not where and lives not in ("default", "kube-system")
        else:
            elsewhere = where != lives if where else lives != "default"
        causes: list[Cause] = []
        if elsewhere:
            causes.append(Cause("involvedObject.namespace", "Invalid", "does not match event.namespace", where))
        return causes + (_validate_new_style(obj) if obj.get("eventTime") else [])

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """What the event is about."""
        involved = {f"involvedObject.{name}": str(value) for name, value in (obj.get("involvedObject") or {}).items()}
        return {
            **super().selectable_fields(obj),
            **involved,
            "reason": obj.get("reason", ""),
            "type": obj.get("type", ""),
            "source": (obj.get("source") or {}).get("component", ""),
            "reportingComponent": obj.get("reportingComponent", ""),
        }


class EventsEvent(Event):
    """How events.k8s.io lists them; `api/conversion` leads to the stored ones."""

    group = "events.k8s.io"


class StrictEvent(Event):
    """A stored event that a client writes by events.k8s.io/v1: held to stricter rules."""

    def validate_create(self, obj: Obj) -> list[Cause]:
        """Fields of old events are not set."""
        causes = validate_metadata(self, obj) + _validate_series(obj)
        if not obj.get("eventTime"):
            causes.append(Cause("eventTime", "Required"))
        if obj.get("type") not in ("Normal", "Warning"):
            causes.append(Cause("type", "Invalid", f"has invalid value: {obj.get('type') or ''}", ""))
        return causes + [Cause(field, "Invalid", "needs to be unset", "") for field in UNSET if obj.get(field)]

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Nothing changes but the series."""
        causes = [] if new.get("series") == old.get("series") else _validate_series(new)
        for field, shown in FIXED:
            causes += immutable(new.get(field), old.get(field), shown)
        return causes


def _validate_series(obj: Obj) -> list[Cause]:
    series: Any = obj.get("series")
    if series is None:
        return []
    causes = [] if (series.get("count") or 0) >= 2 else [Cause("series.count", "Invalid", "should be at least 2", "")]
    return causes if series.get("lastObservedTime") else [*causes, Cause("series.lastObservedTime", "Required")]


def _validate_new_style(obj: Obj) -> list[Cause]:
    reporter = obj.get("reportingComponent") or ""
    causes = [
        Cause("reportingController", cause.type, cause.detail, cause.bad_value)
        for cause in must_be_named({"by": reporter}, "by", names.qualified, "")
    ]
    for field in ("reportingInstance", "action", "reason"):
        text = obj.get(field) or ""
        if not text:
            causes.append(Cause(field, "Required"))
        causes += _validate_length(text, SHORT_MAX, field)
    return causes + _validate_length(obj.get("message") or "", NOTE_MAX, "message")


def _validate_length(text: str, most: int, path: str) -> list[Cause]:
    return [Cause(path, "Invalid", f"can have at most {most} characters", "")] if len(text.encode()) > most else []
