"""The Events at the end of a description."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.duration import human
from cluster_core.kubectl.describe.page import Page


def describe_events(page: Page, events: list[Obj] | None) -> None:
    """A table of Events, oldest first; None where the kind has none."""
    if events is None:
        return
    if not events:
        page.write(0, "Events:\t<none>")
        return
    page.flush()
    page.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage")
    page.write(1, "----\t------\t----\t----\t-------")
    for event in sorted(events, key=_last):
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
        message = event.get("message", "").strip()
        page.write(1, f"{event.get('type', '')}\t{event.get('reason', '')}\t{_age(page, event)}\t{source}\t{message}")


def _last(event: Obj) -> int:
    series = event.get("series") or {}
    stamp = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return parse(stamp or event["metadata"]["creationTimestamp"])


def _age(page: Page, event: Obj) -> str:
    first = event.get("eventTime") or event.get("firstTimestamp")
    since = human(page.now - parse(first)) if first else "<unknown>"
    series = event.get("series")
    if series:
        return f"{human(page.now - parse(series['lastObservedTime']))} (x{series['count']} over {since})"
    if event.get("count", 1) > 1:
        return f"{human(page.now - parse(event['lastTimestamp']))} (x{event['count']} over {since})"
    return since
