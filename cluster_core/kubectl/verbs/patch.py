"""kubectl patch. Upstream: `k8s.io/kubectl/pkg/cmd/patch`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.yaml import ManifestError, load_document
from cluster_core.kubectl.changing import CHANGE, JSON, MERGE, STRATEGIC, Found, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.outcome import said

FLAGS = (*CHANGE, Flag("patch", "p"), Flag("type", default="strategic"), Flag("subresource"), Flag("patch-file"))
TYPES = {"json": JSON, "merge": MERGE, "strategic": STRATEGIC}


def run(terminal: Terminal, given: Arguments) -> Talk:
    """Change fields of objects."""
    if not given.given("patch"):
        raise KubectlError("error: must specify --patch or --patch-file containing the contents of the patch")
    kind = given.text("type")
    if kind not in TYPES:
        raise KubectlError(f'error: --type must be one of [json merge strategic], not "{kind}"')
    body = _body(given.text("patch"))
    for found in (yield from find(terminal, given, given.words)):
        try:
            new = yield from patch(
                terminal, given, found, body, "kubectl-patch", TYPES[kind], given.text("subresource")
            )
        except KubectlError as error:
            terminal.fail(error)
            continue
        changed = new["metadata"].get("resourceVersion") != found.obj["metadata"].get("resourceVersion")
        said(terminal, given, _label(found, new), "patched" if changed else "patched (no change)", new)


def _label(found: Found, new: Obj) -> str:
    """A patch of a subresource is answered with another kind, such as Scale."""
    kind, version = new.get("kind", found.resource.kind), new.get("apiVersion", "")
    if kind == found.resource.kind or "/" not in version:
        return found.label
    return f"{kind.lower()}.{version.partition('/')[0]}/{found.name}"


def _body(text: str) -> Any:
    try:
        found = load_document(text)
    except ManifestError as error:
        raise KubectlError(f'error: unable to parse "{text}": {error}') from error
    if found is None:
        raise KubectlError(f'error: unable to parse "{text}": expected a patch')
    return found
