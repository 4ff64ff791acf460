"""kubectl delete: it waits until what it deletes is gone. Upstream: `k8s.io/kubectl/pkg/cmd/delete`, `cmd/wait`."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from cluster_core.kubectl import words
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, Watch, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, manifests
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, dry_run, on_client
from cluster_core.kubectl.resources import Resource
from cluster_core.kubectl.targets import NO_RESOURCE, targets
from cluster_core.kubectl.verbs.get import listing_failed, scope, selectors

FLAGS = (
    FILENAME,
    RECURSIVE,
    DRY_RUN,
    OUTPUT,
    Flag("all", kind="bool"),
    Flag("all-namespaces", "A", "bool"),
    Flag("selector", "l"),
    Flag("field-selector"),
    Flag("grace-period", kind="number", default="-1"),
    Flag("now", kind="bool"),
    Flag("force", kind="bool"),
    Flag("cascade", default="background", bare="background"),
    Flag("ignore-not-found", kind="bool"),
    Flag("wait", kind="bool", default="true"),
    Flag("timeout", kind="duration", default="0"),
)
POLICIES = {
    "background": "Background",
    "true": "Background",
    "foreground": "Foreground",
    "orphan": "Orphan",
    "false": "Orphan",
}


@dataclass(slots=True)
class Victim:
    """An object that is to go; `uid` once the server has said it."""

    resource: Resource
    namespace: str
    name: str
    uid: str = ""


def delete(terminal: Terminal, given: Arguments) -> Talk:
    """Delete objects."""
    options = _options(given)
    if given.flag("force") and options.get("gracePeriodSeconds") == 0:
        terminal.err(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
            "The resource may continue to run on the cluster indefinitely."
        )
    victims = yield from _victims(terminal, given)
    gone: list[Victim] = []
    for victim in victims:
        try:
            deleted = yield from _delete(terminal, given, victim, options)
        except KubectlError as error:
            terminal.fail(error)
            continue
        gone.extend([victim] if deleted else [])
    if not victims:
        terminal.out("No resources found")
    if given.flag("wait") and not on_client(given) and not dry_run(given):
        for victim in gone:
            yield from until_gone(terminal, victim)


def _options(given: Arguments) -> dict[str, Any]:
    cascade = given.text("cascade")
    if cascade not in POLICIES:
        raise KubectlError(f'error: invalid cascade value ({cascade}). Must be "background", "foreground", or "orphan"')
    grace = given.number("grace-period")
    if given.flag("now"):
        grace = 1
    if given.flag("force") and grace < 0:
        grace = 0
    if grace == 0 and not given.flag("force"):
        # kubectl rounds it up, so that nothing is forced by accident.
        grace = 1
    options: dict[str, Any] = {"propagationPolicy": POLICIES[cascade]}
    if grace >= 0:
        options["gracePeriodSeconds"] = grace
    return options


def _victims(terminal: Terminal, given: Arguments) -> Generator[Step, Any, list[Victim]]:
    if given.given("filename"):
        return [Victim(one.resource, one.namespace, one.name) for one in manifests(terminal, given, "delete")]
    listed = given.flag("all") or given.given("selector") or given.given("field-selector")
    if not given.words:
        raise KubectlError(
            "error: at least one resource must be specified to use a selector" if listed else NO_RESOURCE
        )
    found: list[Victim] = []
    for target in targets(given.words, terminal.resources, several=bool(listed)):
        namespace = scope(terminal, given, target)
        if target.name:
            found.append(Victim(target.resource, namespace, target.name))
            continue
        answer: Answer = yield from ask(terminal, Call("GET", target.resource.path(namespace), selectors(given)))
        if not answer.ok:
            raise listing_failed(answer, given, target)
        for item in answer.body["items"]:
            found.append(Victim(target.resource, item["metadata"].get("namespace", ""), item["metadata"]["name"]))
    return found


def _delete(
    terminal: Terminal, given: Arguments, victim: Victim, options: dict[str, Any]
) -> Generator[Step, Any, bool]:
    """Delete one object; whether it was there."""
    terminal.touch(victim.resource.singular, victim.namespace, victim.name)
    if not on_client(given):
        body = {"kind": "DeleteOptions", "apiVersion": "v1", **options}
        path = victim.resource.path(victim.namespace, victim.name)
        answer: Answer = yield from ask(terminal, Call("DELETE", path, dry_run(given), body))
        # What was listed and is gone by then is no mistake.
        listed = any(given.given(name) for name in ("all", "selector", "field-selector"))
        if answer.code == 404 and (given.flag("ignore-not-found") or (listed and not given.given("ignore-not-found"))):
            return False
        if not answer.ok:
            raise failed(answer, f'deleting "{words.SOURCE}"' if given.given("filename") else "")
        victim.uid = _uid(answer.body)
    _say_deleted(terminal, given, victim, options)
    return True


def _uid(body: Any) -> str:
    details = body.get("details") or body.get("metadata") or {}
    return str(details.get("uid", ""))


def _say_deleted(terminal: Terminal, given: Arguments, victim: Victim, options: dict[str, Any]) -> None:
    if given.text("output") == "name":
        terminal.out(f"{victim.resource.full_name}/{victim.name}")
        return
    how = "force deleted" if options.get("gracePeriodSeconds") == 0 else "deleted"
    dry = {"server": " (server dry run)", "client": " (dry run)", "unchanged": " (dry run)"}.get(
        given.text("dry-run"), ""
    )
    terminal.out(f'{victim.resource.full_name} "{victim.name}" {how}{dry}')


def until_gone(terminal: Terminal, victim: Victim) -> Talk:
    """Wait until an object is gone, or another one has its name."""
    path = victim.resource.path(victim.namespace, victim.name)
    answer: Answer = yield from ask(terminal, Call("GET", path))
    if not answer.ok or answer.body["metadata"].get("uid") != (victim.uid or answer.body["metadata"].get("uid")):
        return
    query = {
        "fieldSelector": f"metadata.name={victim.name}",
        "resourceVersion": answer.body["metadata"]["resourceVersion"],
        "watch": "true",
    }
    while True:
        events = yield Watch(victim.resource.path(victim.namespace), query)
        if events is None or any(kind == "DELETED" for kind, _obj in events):
            return
