"""Paths of the Kubernetes API as what they ask for. Upstream: apiserver `endpoints/request/requestinfo.go`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from cluster_core.api.errors import bad_request, unknown_resource

NAMESPACE_SUBRESOURCES = ("status", "finalize")
SEGMENTS_MAX = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: a resource of a group and version, perhaps an object, perhaps a subresource of it.

    `rest` is what follows the subresource (of `proxy`), with its slashes. `watches`: the path has the old `/watch/` prefix.
    """

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""
    watches: bool = False

    @property
    def resource(self) -> str:
        """ "pods" or "deployments.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """ "v1" or "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version


def segments_of(path: str) -> list[str]:
    """The segments of a path, decoded one by one: a name may contain %2F."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > SEGMENTS_MAX:
        raise unknown_resource()
    return [decoded(part) for part in parts]


def decoded(segment: str) -> str:
    """A segment of a path without its percent signs. Raises 400 for what is no text."""
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeError as error:
        raise bad_request("the path of the request is not UTF-8") from error


def place_of(segments: list[str]) -> Place | None:
    """The resource that a path names; None if it is no path of a resource. Raises 404 for one that leads nowhere."""
    if segments[:1] == ["api"] and len(segments) > 2:
        return _place("", segments[1], segments[2:])
    if segments[:1] == ["apis"] and len(segments) > 3:
        return _place(segments[1], segments[2], segments[3:])
    return None


def _place(group: str, version: str, parts: list[str]) -> Place:
    watches = parts[0] == "watch" and len(parts) > 1
    if watches:
        parts = parts[1:]
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    plural, name, subresource = (*parts[:3], "", "")[:3]
    rest = "/".join(parts[3:])
    if rest and subresource != "proxy":
        raise unknown_resource()
    if plural == "namespaces":
        namespace = ""
    return Place(group, version, plural, namespace, name, subresource, rest, watches)
