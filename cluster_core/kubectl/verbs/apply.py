"""kubectl apply. Upstream: `k8s.io/kubectl/pkg/cmd/apply`."""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.strategic_patch import three_way_patch
from cluster_core.kubectl import words
from cluster_core.kubectl.changing import MERGE, STRATEGIC
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.kubectl import LAST_APPLIED, with_last_applied
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, Manifest, manifests, validation
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, dry_run, on_client, said

FLAGS = (
    FILENAME,
    RECURSIVE,
    DRY_RUN,
    OUTPUT,
    Flag("server-side", kind="bool"),
    Flag("force-conflicts", kind="bool"),
    Flag("field-manager", default=""),
    Flag("overwrite", kind="bool", default="true"),
    Flag("validate", default="strict", bare="strict"),
    Flag("selector", "l"),
)
CONFLICTS = """Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def apply(terminal: Terminal, given: Arguments) -> Talk:
    """Make the cluster have what a manifest says."""
    if not given.given("filename"):
        raise KubectlError("error: must specify one of -f and -k")
    for one in manifests(terminal, given):
        try:
            if given.flag("server-side"):
                yield from _server_side(terminal, given, one)
            else:
                yield from _client_side(terminal, given, one)
        except KubectlError as error:
            terminal.fail(error)


def _client_side(terminal: Terminal, given: Arguments, one: Manifest) -> Talk:
    if not one.name:
        raise KubectlError("error: resource name may not be empty")
    path, applied = one.resource.path(one.namespace, one.name), with_last_applied(one.obj)
    terminal.touch(one.resource.singular, one.namespace, one.name)
    found: Answer = yield from ask(terminal, Call("GET", path))
    if found.code == 404:
        yield from _create(terminal, given, one, applied)
        return
    if not found.ok:
        raise failed(
            found, f'retrieving current configuration of:\n{_described(one)}\nfrom server for: "{words.SOURCE}"'
        )
    current: Obj = found.body
    if LAST_APPLIED not in (current["metadata"].get("annotations") or {}):
        terminal.err(words.MISSING_ANNOTATION.format(resource=one.resource.plural, name=one.name))
    patch = three_way_patch(last_applied(current), applied, current, current.get("kind", one.resource.kind))
    if not patch:
        said(terminal, given, one.label, "unchanged", current)
        return
    query = {**_query(given, "kubectl-client-side-apply"), **dry_run(given)}
    # Custom kinds have no strategy for their lists: they take merge patches only.
    call = Call("PATCH", path, query, patch, STRATEGIC if one.resource.built_in else MERGE)
    answer: Answer = yield from ask(terminal, call)
    if not answer.ok:
        shown = json.dumps(patch, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        doing = f'applying patch:\n{shown}\nto:\n{_described(one)}\nfor: "{words.SOURCE}": error when patching "{words.SOURCE}"'
        raise failed(answer, doing)
    said(terminal, given, one.label, "configured", answer.body)


def _create(terminal: Terminal, given: Arguments, one: Manifest, applied: Obj) -> Talk:
    query = {**_query(given, "kubectl-client-side-apply"), **dry_run(given)}
    if on_client(given):
        said(terminal, given, one.label, "created", applied)
        return
    answer: Answer = yield from ask(terminal, Call("POST", one.resource.path(one.namespace), query, applied))
    if not answer.ok:
        raise failed(answer, f'creating "{words.SOURCE}"')
    said(terminal, given, one.label, "created", answer.body)


def _server_side(terminal: Terminal, given: Arguments, one: Manifest) -> Talk:
    if not one.name:
        raise KubectlError("error: metadata.name is required for server-side apply")
    query = {**_query(given, "kubectl"), "force": str(given.flag("force-conflicts")).lower(), **dry_run(given)}
    terminal.touch(one.resource.singular, one.namespace, one.name)
    call = Call("PATCH", one.resource.path(one.namespace, one.name), query, one.obj, "application/apply-patch+yaml")
    answer: Answer = yield from ask(terminal, call)
    if answer.code == 409 and not given.flag("force-conflicts"):
        raise KubectlError(f"error: {answer.body.get('message', '')}\n{CONFLICTS}")
    if not answer.ok:
        raise failed(answer)
    said(terminal, given, one.label, "serverside-applied", answer.body)


def _query(given: Arguments, manager: str) -> dict[str, str]:
    return {"fieldManager": given.text("field-manager") or manager, **validation(given)}


def last_applied(current: Obj) -> Obj:
    """What was applied last; an annotation that somebody has spoilt counts as none."""
    text = (current["metadata"].get("annotations") or {}).get(LAST_APPLIED) or "{}"
    try:
        found: Any = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _described(one: Manifest) -> str:
    group_version = f"{one.resource.group}/{one.resource.version}"
    return (
        f'Resource: "{group_version}, Resource={one.resource.plural}", GroupVersionKind: "{group_version}, Kind={one.resource.kind}"\n'
        f'Name: "{one.name}", Namespace: "{one.namespace}"'
    )
