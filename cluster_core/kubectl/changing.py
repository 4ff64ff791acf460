"""Changes that kubectl makes to objects that are there: find them, patch each, say what happened."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, manifests
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, dry_run, on_client
from cluster_core.kubectl.resources import Resource
from cluster_core.kubectl.targets import targets
from cluster_core.kubectl.verbs.get import listing_failed, scope, selectors

FOUND_BY = (
    FILENAME,
    RECURSIVE,
    Flag("selector", "l"),
    Flag("field-selector"),
    Flag("all", kind="bool"),
    Flag("all-namespaces", "A", "bool"),
)
CHANGE = (DRY_RUN, OUTPUT, Flag("field-manager"), *FOUND_BY)
MERGE, STRATEGIC, JSON = (
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/json-patch+json",
)


@dataclass(slots=True)
class Found:
    """An object of the server, and where it is."""

    resource: Resource
    obj: Obj

    @property
    def name(self) -> str:
        """metadata.name."""
        return str(self.obj["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """metadata.namespace, "" for a cluster-scoped one."""
        return str(self.obj["metadata"].get("namespace", ""))

    @property
    def label(self) -> str:
        """As kubectl names it: deployment.apps/web."""
        return f"{self.resource.full_name}/{self.name}"

    def path(self, subresource: str = "") -> str:
        """Its URL path."""
        return self.resource.path(self.namespace, self.name, subresource)


def find(terminal: Terminal, given: Arguments, words: list[str]) -> Generator[Step, Any, list[Found]]:
    """The objects that words, selectors or a manifest name. KubectlError if one of them is not there."""
    found: list[Found] = []
    if given.given("filename"):
        for one in manifests(terminal, given):
            found.append((yield from fetch(terminal, one.resource, one.namespace, one.name)))
        return found
    listed = any(name in given.flags and given.given(name) for name in ("all", "selector", "field-selector"))
    for target in targets(words, terminal.resources, several=listed):
        namespace = scope(terminal, given, target)
        if target.name:
            found.append((yield from fetch(terminal, target.resource, namespace, target.name)))
            continue
        answer: Answer = yield from ask(terminal, Call("GET", target.resource.path(namespace), selectors(given)))
        if not answer.ok:
            raise listing_failed(answer, given, target)
        typed = {"apiVersion": target.resource.api_version, "kind": target.resource.kind}
        found.extend(Found(target.resource, {**typed, **item}) for item in answer.body["items"])
    return found


def fetch(terminal: Terminal, resource: Resource, namespace: str, name: str) -> Generator[Step, Any, Found]:
    """One object. KubectlError if it is not there."""
    answer: Answer = yield from ask(terminal, Call("GET", resource.path(namespace, name)))
    if not answer.ok:
        raise failed(answer)
    terminal.touch(resource.singular, namespace, name)
    return Found(resource, answer.body)


def patch(
    terminal: Terminal,
    given: Arguments,
    found: Found,
    body: Any,
    manager: str,
    content_type: str = STRATEGIC,
    subresource: str = "",
) -> Generator[Step, Any, Obj]:
    """Patch an object; returns it as it is then. Nothing is sent in a dry run of the client."""
    if on_client(given):
        return found.obj
    query = {
        "fieldManager": (given.text("field-manager") if "field-manager" in given.flags else "") or manager,
        **dry_run(given),
    }
    answer: Answer = yield from ask(terminal, Call("PATCH", found.path(subresource), query, body, content_type))
    if not answer.ok:
        raise failed(answer)
    changed: Obj = answer.body
    return changed


def assignments(words: list[str]) -> tuple[list[str], list[str]]:
    """Words that name objects, and those behind them that are `key=value` or `key-`."""
    index = next((place for place, word in enumerate(words) if "=" in word or word.endswith("-")), len(words))
    later = [word for word in words[index:] if "=" not in word and not word.endswith("-")]
    if later:
        raise KubectlError("error: all resources must be specified before label changes: " + later[0])
    return words[:index], words[index:]
