"""What a command line is about: `pods`, `pod web`, `deploy/web svc/web`, `pods,services`, `all`. Upstream: cli-runtime `resource.Builder`."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.kubectl.conversation import KubectlError
from cluster_core.kubectl.resources import Resource, Resources

SLASHED = (
    "error: there is no need to specify a resource type as a separate argument when passing arguments in "
    "resource/name form (e.g. '{command} get resource/<resource_name>' instead of '{command} get resource "
    "resource/<resource_name>'"
)
NO_RESOURCE = (
    "error: You must provide one or more resources by argument or filename.\n"
    "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n"
    "   '<resource> <name>'\n   '<resource>'"
)
NO_NAME = "error: resource(s) were provided, but no name was specified"


@dataclass(frozen=True, slots=True)
class Target:
    """A resource, and the name of one object of it; "" for all of them."""

    resource: Resource
    name: str = ""


def targets(words: list[str], resources: Resources, several: bool = True) -> list[Target]:
    """What the words name. `several`: a bare type stands for all its objects. KubectlError in kubectl's words."""
    if not words:
        raise KubectlError(NO_RESOURCE)
    if any("/" in word for word in words):
        return [_slashed(word, resources) for word in words]
    found = _types(words[0], resources)
    if len(words) == 1:
        if not several:
            raise KubectlError(NO_NAME)
        return [Target(resource) for resource in found]
    return [Target(resource, name) for resource in found for name in words[1:]]


def resource_of(name: str, resources: Resources) -> Resource:
    """The resource of a word; KubectlError for one that the server does not have."""
    found = resources.find(name)
    if found is None:
        raise KubectlError(f'error: the server doesn\'t have a resource type "{name}"')
    return found


def _types(word: str, resources: Resources) -> list[Resource]:
    found: list[Resource] = []
    for name in word.split(","):
        category = [] if resources.find(name) else resources.in_category(name)
        found.extend(category or [resource_of(name, resources)])
    return found


def _slashed(word: str, resources: Resources) -> Target:
    kind, slash, name = word.partition("/")
    if not slash:
        raise KubectlError(SLASHED.format(command="kubectl"))
    if not name or "/" in name:
        raise KubectlError(f'error: arguments in resource/name form must have a single resource and name: "{word}"')
    return Target(resource_of(kind, resources), name)
