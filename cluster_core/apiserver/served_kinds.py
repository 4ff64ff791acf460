"""The kinds that an API server serves: those that are built in, and those of CustomResourceDefinitions."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_core.api.conversion import FORMS, Form, form_of
from cluster_core.api.errors import unknown_resource
from cluster_core.api.kinds import KINDS
from cluster_core.api.kinds.custom import CustomKind
from cluster_core.api.kinds.kind import Kind

# Programs of the cluster may leave the group out; whoever names a version (every client outside does) has to name it.
_BUILT_IN: dict[str, Kind] = {name: kind for kind in reversed(KINDS) for name in (kind.plural, kind.resource)}
_FORMS: dict[tuple[str, str], Form | None] = {(name, ""): form_of(kind) for name, kind in _BUILT_IN.items()} | {
    (kind.resource, version): form_of(kind, version) for kind in KINDS for version in kind.served_versions
}


class ServedKinds:
    """A register of kinds. `custom` are those of CustomResourceDefinitions by resource, `aggregated` those that an APIService brings;
    whoever changes one of them counts `generation` up."""

    def __init__(self) -> None:
        self.custom: dict[str, Kind] = {}
        self.aggregated: dict[str, Kind] = {}
        self.generation = 0

    def __iter__(self) -> Iterator[Kind]:
        yield from KINDS
        yield from self.aggregated.values()
        yield from self.custom.values()

    def find(self, resource: str) -> Kind | None:
        """The kind of "pods" or "crontabs.stable.example.com", None if it is not served."""
        return _BUILT_IN.get(resource) or self.custom.get(resource) or self.aggregated.get(resource)

    def of_type(self, api_version: str, kind: str) -> Kind | None:
        """The kind of an object's apiVersion and kind, in whichever of its versions; None if it is not served."""
        group, _, version = api_version.rpartition("/")
        for one in self:
            if (one.group, one.kind) == (group, kind) and version in one.served_versions:
                return one
        return None

    def form(self, resource: str, version: str = "") -> Form:
        """The form that a client asks for; 404 for a path that the API server does not serve."""
        found = _FORMS.get((resource, version)) or FORMS.get((resource, version))
        if found is None:
            kind = self.custom.get(resource) or self.aggregated.get(resource)
            if isinstance(kind, CustomKind):
                found = kind.form(version)
            elif kind is not None:
                found = form_of(kind, version)
        if found is None:
            raise unknown_resource()
        return found
