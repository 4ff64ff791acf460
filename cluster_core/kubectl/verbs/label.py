"""kubectl label and kubectl annotate. Upstream: `k8s.io/kubectl/pkg/cmd/{label,annotate}`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.kubectl.changing import CHANGE, MERGE, assignments, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.outcome import said

FLAGS = (*CHANGE, Flag("overwrite", kind="bool"), Flag("resource-version"), Flag("list", kind="bool"))


def label(terminal: Terminal, given: Arguments) -> Talk:
    """Set and remove labels."""
    yield from _change(terminal, given, "labels", "labeled", "unlabeled", "label")


def annotate(terminal: Terminal, given: Arguments) -> Talk:
    """Set and remove annotations."""
    yield from _change(terminal, given, "annotations", "annotated", "annotated", "annotation")


def _change(terminal: Terminal, given: Arguments, field: str, added: str, removed: str, word: str) -> Talk:
    words, changes = assignments(given.words)
    if not changes and not given.flag("list"):
        raise KubectlError(f"error: at least one {word} update is required")
    wanted = dict(_read(change, word) for change in changes)
    for found in (yield from find(terminal, given, words)):
        there: dict[str, str] = found.obj["metadata"].get(field) or {}
        if given.flag("list"):
            for name in sorted(there):
                terminal.out(f"{name}={there[name]}")
            continue
        _check_overwrite(given, there, wanted, word)
        body: dict[str, Any] = {"metadata": {field: wanted}}
        if given.given("resource-version"):
            body["metadata"]["resourceVersion"] = given.text("resource-version")
        unchanged = all(there.get(name) == value for name, value in wanted.items())
        manager = f"kubectl-{'label' if field == 'labels' else 'annotate'}"
        new = found.obj if unchanged else (yield from patch(terminal, given, found, body, manager, MERGE))
        only_removed = all(value is None for value in wanted.values())
        what = removed if only_removed else added
        if unchanged and field == "labels":
            what = "not labeled"
        for name in [name for name, value in wanted.items() if value is None]:
            if name not in there:
                terminal.out(f'label "{name}" not found.' if field == "labels" else f'annotation "{name}" not found.')
        said(terminal, given, found.label, what, new)


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
