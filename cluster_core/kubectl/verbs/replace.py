"""kubectl replace: objects as a manifest has them, whole. Upstream: `k8s.io/kubectl/pkg/cmd/replace`."""

from __future__ import annotations

from cluster_core.kubectl import words
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, Manifest, manifests, validation
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, dry_run, on_client, said
from cluster_core.kubectl.verbs.delete import Victim, until_gone

FLAGS = (
    FILENAME,
    RECURSIVE,
    DRY_RUN,
    OUTPUT,
    Flag("force", kind="bool"),
    Flag("grace-period", kind="number", default="-1"),
    Flag("cascade", default="background", bare="background"),
    Flag("timeout", kind="duration", default="0"),
    Flag("save-config", kind="bool"),
    Flag("subresource"),
    Flag("field-manager"),
    Flag("validate", default="strict", bare="strict"),
)


def replace(terminal: Terminal, given: Arguments) -> Talk:
    """Put objects in the place of those that are there; with --force delete those first."""
    if not given.given("filename"):
        raise KubectlError("error: must specify one of -f and -k")
    found = manifests(terminal, given, "replace")
    if given.flag("force"):
        yield from _delete(terminal, given, found)
    for one in found:
        try:
            yield from _replace(terminal, given, one)
        except KubectlError as error:
            terminal.fail(error)


def _delete(terminal: Terminal, given: Arguments, found: list[Manifest]) -> Talk:
    grace = given.number("grace-period")
    if grace < 0:
        grace = 0
    if grace == 0:
        terminal.err(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
            "The resource may continue to run on the cluster indefinitely."
        )
    options = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Background",
        "gracePeriodSeconds": grace,
    }
    for one in found:
        path = one.resource.path(one.namespace, one.name)
        answer: Answer = yield from ask(terminal, Call("DELETE", path, {}, options))
        if answer.code == 404:
            continue
        if not answer.ok:
            raise failed(answer, f'deleting "{words.SOURCE}"')
        how = "force deleted" if grace == 0 else "deleted"
        terminal.out(f'{one.resource.full_name} "{one.name}" {how}')
        yield from until_gone(terminal, Victim(one.resource, one.namespace, one.name))


def _replace(terminal: Terminal, given: Arguments, one: Manifest) -> Talk:
    if not one.name:
        raise KubectlError("error: resource name may not be empty")
    terminal.touch(one.resource.singular, one.namespace, one.name)
    if on_client(given):
        said(terminal, given, one.label, "replaced", one.obj)
        return
    query = {"fieldManager": given.text("field-manager") or "kubectl-replace", **validation(given), **dry_run(given)}
    if given.flag("force"):
        call = Call("POST", one.resource.path(one.namespace), query, one.obj)
    else:
        call = Call("PUT", one.resource.path(one.namespace, one.name, given.text("subresource")), query, one.obj)
    answer: Answer = yield from ask(terminal, call)
    if not answer.ok:
        raise failed(answer, "" if given.flag("force") else f'replacing "{words.SOURCE}"')
    said(terminal, given, one.label, "replaced", answer.body)
