"""kubectl config: the terminal has one context, whose namespace can be chosen. Upstream: `k8s.io/kubectl/pkg/cmd/config`.

Real Kubernetes' kubectl reads and writes a file, which can have many contexts.
"""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.printing import documents
from cluster_core.kubectl.printing.jsonpath import JsonPathError, evaluate
from cluster_core.kubectl.printing.table import aligned

VIEW = (
    Flag("output", "o", default="yaml"),
    Flag("minify", kind="bool"),
    Flag("raw", kind="bool"),
    Flag("flatten", kind="bool"),
)
CONTEXTS = (Flag("output", "o"), Flag("no-headers", kind="bool"))
SET_CONTEXT = (Flag("current", kind="bool"),)


def kubeconfig(terminal: Terminal) -> Obj:
    """What the terminal's kubeconfig would be."""
    context = terminal.context
    place = {"cluster": context.name, "namespace": terminal.namespace, "user": context.user}
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": {"server": context.server}, "name": context.name}],
        "contexts": [{"context": place, "name": context.name}],
        "current-context": context.name,
        "kind": "Config",
        "preferences": {},
        "users": [{"name": context.user, "user": {}}],
    }


def view(terminal: Terminal, given: Arguments) -> Talk:
    """Print the configuration."""
    form, _, template = given.text("output").partition("=")
    found = kubeconfig(terminal)
    if form == "yaml":
        terminal.out(documents.as_yaml(found))
    elif form == "json":
        terminal.out(documents.as_json(found))
    elif form == "jsonpath":
        try:
            terminal.out(evaluate(template, found))
        except JsonPathError as error:
            raise KubectlError(f"error: {error}") from error
    else:
        raise KubectlError(f'error: unable to match a printer suitable for the output format "{form}"')
    return
    yield


def current_context(terminal: Terminal, _given: Arguments) -> Talk:
    """Print the context that is used."""
    terminal.out(terminal.context.name)
    return
    yield


def get_contexts(terminal: Terminal, given: Arguments) -> Talk:
    """List the contexts."""
    context = kubeconfig(terminal)["contexts"][0]
    if given.text("output") == "name":
        terminal.out(context["name"])
        return
    where = context["context"]
    rows = [["*", context["name"], where["cluster"], where["user"], where["namespace"]]]
    headers = [] if given.flag("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
    for line in aligned(headers + rows):
        terminal.out(line)
    return
    yield


def use_context(terminal: Terminal, given: Arguments) -> Talk:
    """Choose the context: there is one."""
    _check_context(terminal, given.words[0] if given.words else "")
    terminal.out(f'Switched to context "{terminal.context.name}".')
    return
    yield


def set_context(terminal: Terminal, given: Arguments) -> Talk:
    """Set the namespace of the context."""
    if not given.flag("current"):
        _check_context(terminal, given.words[0] if given.words else "")
    if given.given("namespace"):
        terminal.namespace = given.text("namespace") or "default"
    terminal.out(f'Context "{terminal.context.name}" modified.')
    return
    yield


def _check_context(terminal: Terminal, name: str) -> None:
    if name != terminal.context.name:
        raise KubectlError(f'error: no context exists with the name: "{name}"')
