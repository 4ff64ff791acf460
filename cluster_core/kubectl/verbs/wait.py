"""kubectl wait. Upstream: `k8s.io/kubectl/pkg/cmd/wait`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.changing import FOUND_BY, Found, find
from cluster_core.kubectl.command_line import Arguments, Flag, duration
from cluster_core.kubectl.conversation import KubectlError, Pause, Talk, Terminal, Watch
from cluster_core.kubectl.printing.jsonpath import JsonPathError, text_of
from cluster_core.kubectl.printing.jsonpath import find as find_path

FLAGS = (*FOUND_BY, Flag("for"), Flag("timeout", kind="duration", default="30s"))
LOOK_US = 1_000_000


def wait(terminal: Terminal, given: Arguments) -> Talk:
    """Wait until objects have a condition, a value, are gone or are there."""
    condition = given.text("for")
    if not condition:
        raise KubectlError('error: unrecognized condition: ""')
    if condition == "create":
        yield from _until_created(terminal, given)
        return
    limit = terminal.now + int((duration(given.text("timeout")) or 0) * 1_000_000)
    if condition == "delete":
        try:
            found = yield from find(terminal, given, given.words)
        except KubectlError:
            return  # gone already
    else:
        found = yield from find(terminal, given, given.words)
        if not found:
            raise KubectlError("error: no matching resources found")
    for one in found:
        try:
            yield from _wait(terminal, one, condition, limit)
        except KubectlError as error:
            terminal.fail(error)


def _until_created(terminal: Terminal, given: Arguments) -> Talk:
    limit = terminal.now + int((duration(given.text("timeout")) or 0) * 1_000_000)
    while True:
        try:
            found = yield from find(terminal, given, given.words)
        except KubectlError as error:
            if terminal.now >= limit or "NotFound" not in str(error):
                raise
            yield Pause(LOOK_US)
            continue
        for one in found:
            terminal.out(f"{one.label} condition met")
        return


def _wait(terminal: Terminal, one: Found, condition: str, limit: int) -> Talk:
    obj: Obj = one.obj
    revision = obj["metadata"]["resourceVersion"]
    query = {"fieldSelector": f"metadata.name={one.name}", "resourceVersion": revision, "watch": "true"}
    gone = False
    while not _holds(condition, obj, gone):
        left = limit - terminal.now
        events = (yield Watch(one.resource.path(one.namespace), query, timeout=left)) if left > 0 else None
        if events is None:
            raise KubectlError(f"error: timed out waiting for the condition on {one.resource.plural}/{one.name}")
        kind, obj = events[-1]
        gone = kind == "DELETED"
        if gone and condition != "delete":
            raise KubectlError(f"error: {one.label} was deleted while waiting for the condition")
    terminal.out(f"{one.label} condition met")


def _holds(condition: str, obj: Obj, gone: bool) -> bool:
    if condition == "delete":
        return gone
    kind, _, rest = condition.partition("=")
    if kind == "condition":
        name, _, value = rest.partition("=")
        return any(
            one["type"].lower() == name.lower() and one["status"].lower() == (value or "true").lower()
            for one in obj.get("status", {}).get("conditions") or ()
        )
    if kind == "jsonpath":
        return _has_value(rest, obj)
    raise KubectlError(f'error: unrecognized condition: "{condition}"')


def _has_value(text: str, obj: Obj) -> bool:
    path, _, value = (
        text.strip("'").rpartition("=") if "}=" in text or text.count("=") == 1 else (text.strip("'"), "", "")
    )
    try:
        found = find_path(path.removeprefix("{").removesuffix("}"), obj)
    except JsonPathError as error:
        raise KubectlError(f"error: {error}") from error
    return any(text_of(one) == value for one in found) if value else bool(found)
