"""What the server serves, as kubectl knows it from discovery: names, short names, scope, verbs. Upstream: client-go `restmapper`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.kinds import KINDS

BUILT_IN = {(kind.group, kind.kind) for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one version of a group."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """ "apps/v1" or "v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        """As kubectl prints it before a name: "deployment.apps"."""
        return f"{self.singular}.{self.group}" if self.group else self.singular

    @property
    def full_plural(self) -> str:
        """ "deployments.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def built_in(self) -> bool:
        """Whether kubectl has the type compiled in: only then it knows how its lists merge."""
        return (self.group, self.kind) in BUILT_IN

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The URL path of the collection or of an object."""
        parts = [f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"]
        if self.namespaced and namespace:
            parts.append(f"namespaces/{namespace}")
        return "/".join([*parts, self.plural, *(part for part in (name, subresource) if part)])


class Resources:
    """The resources of a server, preferred versions first."""

    def __init__(self, found: list[Resource]) -> None:
        self.all = found
        self._by_name: dict[str, Resource] = {}
        for resource in reversed(found):
            for name in (resource.plural, resource.singular, *resource.short_names):
                self._by_name[name] = resource
        for resource in reversed(found):
            for name in (resource.plural, resource.singular, *resource.short_names):
                self._by_name[f"{name}.{resource.group}"] = resource
                self._by_name[f"{name}.{resource.version}.{resource.group}"] = resource

    def find(self, name: str) -> Resource | None:
        """The resource of "po", "deployments.apps", "hpa.v2.autoscaling" …"""
        return self._by_name.get(name.lower())

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """The resource of an object's apiVersion and kind."""
        return next((one for one in self.all if (one.api_version, one.kind) == (api_version, kind)), None)

    def in_category(self, category: str) -> list[Resource]:
        """The resources of "all"."""
        seen: dict[tuple[str, str], Resource] = {}
        for one in self.all:
            if category in one.categories:
                seen.setdefault((one.group, one.plural), one)
        return list(seen.values())

    def names(self) -> list[str]:
        """Every plural once, for completion."""
        return list(dict.fromkeys(one.plural for one in self.all))


def from_discovery(core: dict[str, Any], groups: dict[str, Any]) -> Resources:
    """From the two documents of aggregated discovery (APIGroupDiscoveryList) of /api and /apis."""
    return Resources(
        [
            _resource(group["metadata"].get("name", ""), version["version"], one)
            for document in (core, groups)
            for group in document["items"]
            for version in group["versions"]
            for one in version.get("resources", ())
        ]
    )


def _resource(group: str, version: str, one: dict[str, Any]) -> Resource:
    kind = one["responseKind"]["kind"]
    return Resource(
        group,
        version,
        one["resource"],
        one.get("singularResource") or kind.lower(),
        kind,
        one["scope"] == "Namespaced",
        tuple(one.get("shortNames", ())),
        tuple(one.get("categories", ())),
        tuple(one.get("verbs", ())),
    )
