"""What was made of each pod behind each Service, brought up to date pod by pod: a turn costs the same for 10 and 1,000 pods."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from cluster_core.api.request import Obj
from cluster_core.client.indexers import index_by_selector
from cluster_core.client.informer import Informer, object_key
from cluster_core.controllers.service_pods import is_behind
from cluster_core.sim.shelf import Ledger, Shelf

T = TypeVar("T")


class ServiceRows(Generic[T]):
    """The rows of one version of a Service: what `make(service, pod)` gave, in order of the pods' names, and stays as it is."""

    def __init__(self, service: Obj, pods: Informer, make: Callable[[Obj, Obj], T]) -> None:
        found = {object_key(pod): pod for pod in pods.by_index("label", index_by_selector(service)[0])}
        self.service = service
        self._make = make
        self._order = Ledger(sorted(key for key, pod in found.items() if is_behind(service, pod)))
        self._rows = Shelf({key: make(service, found[key]) for key in self._order})
        self._changed: dict[str, None] = {}

    def note(self, key: str) -> None:
        """A pod changed, came or went."""
        self._changed[key] = None

    def up_to_date(self, pods: Informer) -> list[T]:
        """The rows of the pods as they are now."""
        for key in self._changed:
            pod = pods.get(key)
            if pod is not None and is_behind(self.service, pod):
                if key not in self._rows:
                    insort(self._order, key)
                self._rows[key] = self._make(self.service, pod)
            elif self._rows.pop(key, None) is not None:
                del self._order[bisect_left(self._order, key)]
        self._changed = {}
        return list(map(self._rows.__getitem__, self._order))


class RowsByService(Generic[T]):
    """The rows of every Service that a controller has looked at; `make` is a module-level function: it is pickled."""

    def __init__(self, make: Callable[[Obj, Obj], T]) -> None:
        self._make = make
        self._services: dict[str, ServiceRows[T]] = {}

    def note(self, services: Iterable[str], pod: Obj) -> None:
        """A pod changed, came or went that one of the Services (keys) selects or selected."""
        for service in services:
            rows = self._services.get(service)
            if rows is not None:
                rows.note(object_key(pod))

    def of(self, key: str, service: Obj, pods: Informer) -> list[T]:
        """The rows of a Service."""
        rows = self._services.get(key)
        if rows is None or rows.service is not service:
            rows = self._services[key] = ServiceRows(service, pods, self._make)
        return rows.up_to_date(pods)

    def forget(self, key: str) -> None:
        """The Service is gone, or has no endpoints."""
        self._services.pop(key, None)

    def clear(self) -> None:
        """The program begins again."""
        self._services.clear()
