"""kubectl label and kubectl annotate. Upstream: `k8s.io/kubectl/pkg/cmd/{label,annotate}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api import names
from cluster_core.kubectl.changing import CHANGE, MERGE, Found, assignments, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.outcome import said


@dataclass(frozen=True, slots=True)
class Words:
    """How labels and annotations are spoken of."""

    field: str
    one: str
    added: str
    removed: str
    unchanged: str
    manager: str


LABELS = Words("labels", "label", "labeled", "unlabeled", "not labeled", "kubectl-label")
ANNOTATIONS = Words("annotations", "annotation", "annotated", "annotated", "annotated", "kubectl-annotate")
FLAGS = (*CHANGE, Flag("overwrite", kind="bool"), Flag("resource-version"), Flag("list", kind="bool"))


def label(terminal: Terminal, given: Arguments) -> Talk:
    """Set and remove labels."""
    yield from _change(terminal, given, LABELS)


def annotate(terminal: Terminal, given: Arguments) -> Talk:
    """Set and remove annotations."""
    yield from _change(terminal, given, ANNOTATIONS)


def _change(terminal: Terminal, given: Arguments, words: Words) -> Talk:
    named, changes = assignments(given.words)
    if not changes and not given.flag("list"):
        raise KubectlError(f"error: at least one {words.one} update is required")
    wanted = dict(_read(change, words.one) for change in changes)
    for found in (yield from find(terminal, given, named)):
        there: dict[str, str] = found.obj["metadata"].get(words.field) or {}
        if given.flag("list"):
            for name in sorted(there):
                terminal.out(f"{name}={there[name]}")
            continue
        try:
            _check_overwrite(given, there, wanted, words.one)
            yield from _set(terminal, given, found, words, wanted)
        except KubectlError as error:
            terminal.fail(error)


def _set(terminal: Terminal, given: Arguments, found: Found, words: Words, wanted: dict[str, str | None]) -> Talk:
    there = found.obj["metadata"].get(words.field) or {}
    body: dict[str, Any] = {"metadata": {words.field: wanted}}
    if given.given("resource-version"):
        body["metadata"]["resourceVersion"] = given.text("resource-version")
    unchanged = all(there.get(name) == value for name, value in wanted.items())
    # An empty patch is sent all the same, as kubectl does.
    new = yield from patch(terminal, given, found, {} if unchanged else body, words.manager, MERGE)
    what = words.removed if all(value is None for value in wanted.values()) else words.added
    for name in [name for name, value in wanted.items() if value is None and name not in there]:
        terminal.out(f'{words.one} "{name}" not found.')
    said(terminal, given, found.label, words.unchanged if unchanged else what, new)


def _read(change: str, word: str) -> tuple[str, str | None]:
    name, equals, value = change.partition("=")
    if not equals:
        return name.removesuffix("-"), None
    wrong = names.label_value(value) if word == "label" else ()
    if wrong:
        raise KubectlError(f'error: invalid label value: "{change}": {";".join(wrong)}')
    return name, value


def _check_overwrite(given: Arguments, there: dict[str, str], wanted: dict[str, str | None], word: str) -> None:
    if given.flag("overwrite"):
        return
    for name, value in wanted.items():
        if value is not None and there.get(name, value) != value:
            if word == "label":
                raise KubectlError(f"error: '{name}' already has a value ({there[name]}), and --overwrite is false")
            raise KubectlError(
                f"error: --overwrite is false but found the following declared annotation(s): '{name}' already has a value ({there[name]})"
            )
