"""kubectl explain: what a kind and its fields are for. Upstream: `k8s.io/kubectl/pkg/cmd/explain`."""

from __future__ import annotations

from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.explaining import explain as explained
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.resources import Resource

FLAGS = (
    Flag("recursive", kind="bool"),
    Flag("api-version"),
    Flag("output", "o", default="plaintext"),
)
SUGGESTED = 'Use "kubectl api-resources" for a complete list of supported resources.'


def explain(terminal: Terminal, given: Arguments) -> Talk:
    """Describe a kind, or a field of it such as pod.spec.containers."""
    if not given.words:
        raise KubectlError(f"error: You must specify the type of resource to explain. {SUGGESTED}\n")
    if len(given.words) > 1:
        raise KubectlError("error: We accept only this format: explain RESOURCE\n")
    if given.text("output") != "plaintext":
        raise KubectlError(f"error: unrecognized format: {given.text('output')}")
    resource, path = _place(terminal, given)
    prefix = f"apis/{resource.group}" if resource.group else "api"
    answer: Answer = yield from ask(terminal, Call("GET", f"/openapi/v3/{prefix}/{resource.version}"))
    if not answer.ok:
        raise failed(answer)
    found = explained(answer.body, resource, path, given.flag("recursive"))
    if found.text is None:
        terminal.out(found.head.removesuffix("\n"))
        raise KubectlError(f'error: field "{(path or [resource.kind])[-1]}" does not exist')
    terminal.out(found.head + found.text)


def _place(terminal: Terminal, given: Arguments) -> tuple[Resource, list[str]]:
    """The resource and the path of fields. A group may stand behind the resource: deployments.apps.spec."""
    word = given.words[0].removesuffix(".")
    name, _, rest = word.partition(".")
    resource = terminal.resources.find(name)
    if resource is None:
        raise KubectlError(f'the server doesn\'t have a resource type "{name}"')
    if resource.group and (word == resource.full_plural or word.startswith(resource.full_plural + ".")):
        rest = word[len(resource.full_plural) + 1 :]
    version = given.text("api-version")
    if version:
        wanted = terminal.resources.of_kind(version, resource.kind)
        if wanted is None:
            raise KubectlError(f'error: couldn\'t find resource for "{version}, Resource={resource.plural}"')
        resource = wanted
    return resource, [part for part in rest.split(".") if part]
