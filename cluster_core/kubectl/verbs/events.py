"""kubectl events. Upstream: `k8s.io/kubectl/pkg/cmd/events`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.duration import human
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, Watch, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.printing.table import aligned
from cluster_core.kubectl.targets import targets

FLAGS = (
    Flag("all-namespaces", "A", "bool"),
    Flag("for"),
    Flag("types", kind="list"),
    Flag("watch", "w", "bool"),
    Flag("no-headers", kind="bool"),
)
TYPES = ("Normal", "Warning")


def events(terminal: Terminal, given: Arguments) -> Talk:
    """What has happened, oldest first."""
    for wanted in given.list("types"):
        if wanted.capitalize() not in TYPES:
            raise KubectlError("error: valid --types are Normal or Warning")
    namespace = given.text("namespace") or terminal.namespace
    everywhere = given.flag("all-namespaces")
    path = "/api/v1/events" if everywhere else f"/api/v1/namespaces/{namespace}/events"
    query = _about(terminal, given)
    answer: Answer = yield from ask(terminal, Call("GET", path, {**query, "limit": "500"}))
    if not answer.ok:
        raise failed(answer)
    found = [event for event in answer.body["items"] if _wanted(given, event)]
    if not found and not given.flag("watch"):
        terminal.err("No events found." if everywhere else f"No events found in {namespace} namespace.")
        return
    widths: list[int] = []
    found.sort(key=last_seen)
    headers = [] if given.flag("no-headers") else [_headers(everywhere)]
    for line in aligned(headers + [_row(terminal, event, everywhere) for event in found], widths):
        terminal.out(line)
    query = {**query, "watch": "true", "resourceVersion": answer.body["metadata"]["resourceVersion"]}
    while given.flag("watch"):
        news = yield Watch(path, query)
        if news is None:
            return
        rows = [
            _row(terminal, event, everywhere) for kind, event in news if kind != "DELETED" and _wanted(given, event)
        ]
        for line in aligned(rows, widths):
            terminal.out(line)


def _about(terminal: Terminal, given: Arguments) -> dict[str, str]:
    if not given.text("for"):
        return {}
    target = targets([given.text("for")], terminal.resources)[0]
    selector = f"involvedObject.kind={target.resource.kind},involvedObject.name={target.name}"
    return {"fieldSelector": selector}


def _wanted(given: Arguments, event: Obj) -> bool:
    types = [one.capitalize() for one in given.list("types")]
    return not types or event.get("type") in types


def last_seen(event: Obj) -> int:
    """When an Event was seen last (µs)."""
    series = event.get("series") or {}
    for text in (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime")):
        if text:
            return parse(text)
    return parse(event["metadata"]["creationTimestamp"])


def age(terminal: Terminal, event: Obj) -> str:
    """How long ago an Event was, and since when it repeats: "5s", "3s (x4 over 20s)"."""
    ago = human(terminal.now - last_seen(event))
    count = (event.get("series") or {}).get("count") or event.get("count") or 1
    first = event.get("firstTimestamp") or event.get("eventTime")
    if count > 1 and first:
        return f"{ago} (x{count} over {human(terminal.now - parse(first))})"
    return ago


def _headers(everywhere: bool) -> list[str]:
    columns = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    return ["NAMESPACE", *columns] if everywhere else columns


def _row(terminal: Terminal, event: Obj, everywhere: bool) -> list[str]:
    about = event["involvedObject"]
    cells = [
        age(terminal, event),
        event.get("type", ""),
        event.get("reason", ""),
        f"{about.get('kind', '')}/{about.get('name', '')}",
        event.get("message", "").strip(),
    ]
    return [event["metadata"]["namespace"], *cells] if everywhere else cells
