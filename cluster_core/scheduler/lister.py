"""What plugins may read besides nodes and pods: cached API objects by key. Upstream: client-go `listers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from cluster_core.api.request import Obj
from cluster_core.client.informer import Informer, object_key


class Lister(Protocol):
    """Cached objects of the resources that the plugins named in `Plugin.resources`."""

    def get(self, resource: str, key: str) -> Obj | None:
        """An object by "namespace/name" (or "name" if it is cluster-scoped)."""

    def objects(self, resource: str, namespace: str | None = None) -> list[Obj]:
        """All objects of a resource, of one namespace if given. The same list until one of them changes; not to be changed."""


class InformerLister:
    """The lister over a scheduler's informers; a resource that nobody asked for is empty."""

    def __init__(self, informers: Mapping[str, Informer]) -> None:
        self._informers = informers
        self._lists: dict[tuple[str, str | None], tuple[int, list[Obj]]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"_informers": self._informers, "_lists": {}}

    def get(self, resource: str, key: str) -> Obj | None:
        """The cached object."""
        informer = self._informers.get(resource)
        return informer.get(key) if informer else None

    def objects(self, resource: str, namespace: str | None = None) -> list[Obj]:
        """The cached objects, in the order in which they came."""
        informer = self._informers.get(resource)
        if informer is None:
            return []
        revision, found = self._lists.get((resource, namespace), (-1, []))
        if revision != informer.revision or not revision:
            found = informer.objects(namespace)
            self._lists[resource, namespace] = (informer.revision, found)
        return found


class ObjectLister:
    """A lister over given objects, by resource: for tests and for what is worked out of a recording."""

    def __init__(self, objects: Mapping[str, list[Obj]] | None = None) -> None:
        self._objects = {
            resource: {object_key(obj): obj for obj in given} for resource, given in (objects or {}).items()
        }
        self._lists: dict[tuple[str, str | None], list[Obj]] = {}

    def get(self, resource: str, key: str) -> Obj | None:
        """The object."""
        return self._objects.get(resource, {}).get(key)

    def objects(self, resource: str, namespace: str | None = None) -> list[Obj]:
        """The objects, as given."""
        listed = self._lists.get((resource, namespace))
        if listed is None:
            found = self._objects.get(resource, {}).values()
            listed = [obj for obj in found if namespace is None or obj["metadata"].get("namespace") == namespace]
            self._lists[resource, namespace] = listed
        return listed
