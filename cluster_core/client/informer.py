"""Informers: a local cache of a resource, fed by list + watch (the reflector). Upstream: client-go `tools/cache`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from cluster_core.api.request import Obj, Response, WatchBatch, WatchClosed
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.sim.process import Message
from cluster_core.sim.shelf import Shelf

Indexer = Callable[[Obj], Iterable[str]]
Index = dict[str, Shelf[str, None]]

RELIST_US = (800_000, 30_000_000)


def object_key(obj: Obj) -> str:
    """ "namespace/name", or "name" for a cluster-scoped object."""
    meta = obj["metadata"]
    namespace = meta.get("namespace")
    return f"{namespace}/{meta['name']}" if namespace else str(meta["name"])


class Tally(Protocol):
    """Numbers over the objects of an informer, kept up to date object by object."""

    def changed(self, key: str, new: Obj | None) -> None:
        """An object came, changed, or went (None)."""

    def clear(self) -> None:
        """The informer forgot everything."""


class Informer:
    """The cached view of one resource: by key, and by the values of its indexers (module-level functions: they are pickled)."""

    def __init__(
        self,
        resource: str,
        field_selector: str = "",
        label_selector: str = "",
        indexers: dict[str, Indexer] | None = None,
        tallies: dict[str, Tally] | None = None,
    ) -> None:
        self.resource = resource
        self.field_selector = field_selector
        self.label_selector = label_selector
        self.indexers = indexers or {}
        self.tallies = tallies or {}
        self.store: Shelf[str, Obj] = Shelf()
        self.indices: dict[str, Index] = {}
        self.synced = False
        self.revision = 0
        self.watch_id = 0
        self.clear()

    def clear(self) -> None:
        """Forget every object."""
        self.store.clear()
        self.indices = {name: {} for name in self.indexers}
        for tally in self.tallies.values():
            tally.clear()

    def get(self, key: str) -> Obj | None:
        """The cached object, or None."""
        return self.store.get(key)

    def objects(self, namespace: str | None = None) -> list[Obj]:
        """All cached objects, of one namespace if given."""
        if namespace is None:
            return list(self.store.values())
        return [obj for obj in self.store.values() if obj["metadata"].get("namespace", "") == namespace]

    def by_index(self, index: str, value: str) -> list[Obj]:
        """The objects whose indexer `index` yields `value`, in the order in which they came to it."""
        store = self.store
        return [store[key] for key in self.indices[index].get(value, ())]

    def count(self, index: str, value: str) -> int:
        """How many objects `by_index` would give."""
        return len(self.indices[index].get(value, ()))

    def put(self, key: str, obj: Obj | None) -> Obj | None:
        """Replace (or with None remove) one object; returns what was there before."""
        old = self.store.pop(key, None) if obj is None else self.store.get(key)
        if obj is not None:
            self.store[key] = obj
        if self.indexers:
            self._reindex(key, old, obj)
        for tally in self.tallies.values():
            tally.changed(key, obj)
        return old

    def _reindex(self, key: str, old: Obj | None, new: Obj | None) -> None:
        for name, indexer in self.indexers.items():
            before = list(indexer(old)) if old is not None else []
            after = list(indexer(new)) if new is not None else []
            if before == after:
                continue
            index = self.indices[name]
            for value in before:
                if value not in after:
                    _leave(index, value, key)
            for value in after:
                if value not in before:
                    _join(index, value, key)


def _join(index: Index, value: str, key: str) -> None:
    members = index.get(value)
    if members is None:
        members = index[value] = Shelf()
    members[key] = None


def _leave(index: Index, value: str, key: str) -> None:
    members = index.get(value)
    if members is not None:
        members.pop(key, None)
        if not members:
            del index[value]


@dataclass(slots=True)
class Relist(Message):
    """Time to list a resource again after a lost watch."""

    handler = "on_relist"

    resource: str


class InformerProcess(ClientProcess):
    """A process with informers. Subclasses override `on_change` (one object changed) and `on_sync` (a batch was applied)."""

    def __init__(self, sim: Any, name: str, host: str, client_user: str, server: str = "apiserver") -> None:
        super().__init__(sim, name, host, server)
        self.reader = ApiClient(self, client_user, server)
        self.informers: dict[str, Informer] = {}
        self._watches: dict[int, Informer] = {}
        self._relist_delay: dict[str, int] = {}
        self._relisting: dict[str, None] = {}

    def add_informer(self, informer: Informer) -> Informer:
        """Declare an informer, one per resource; `start_informers` begins to list and watch."""
        self.informers[informer.resource] = informer
        return informer

    def start_informer(self, informer: Informer) -> None:
        """Add an informer to a process that runs."""
        self._list(self.add_informer(informer))

    def remove_informer(self, resource: str) -> None:
        """Forget an informer and what it knew: its resource is no longer served."""
        informer = self.informers.pop(resource, None)
        if informer is None:
            return
        self._watches.pop(informer.watch_id, None)
        self._relisting.pop(resource, None)
        for key, obj in list(informer.store.items()):
            informer.put(key, None)
            self.on_change(resource, obj, None)

    def start_informers(self) -> None:
        """List every resource; each watch starts when its list has come."""
        for informer in self.informers.values():
            self._list(informer)

    @property
    def has_synced(self) -> bool:
        """Whether every informer has had its first list."""
        return all(informer.synced for informer in self.informers.values())

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """One object came (old None), changed or went (new None)."""

    def on_sync(self, resource: str) -> None:
        """A list or a batch of watch events of `resource` was applied."""

    def on_answer(self, token: Any, response: Response) -> None:
        """Lists of the reflector are handled here; other tokens go to `on_result`."""
        if isinstance(token, tuple) and token[0] == "reflector":
            informer = self.informers.get(token[1])
            if informer is not None:
                self._listed(informer, token[2], response)
        else:
            self.on_result(token, response)

    def on_result(self, token: Any, response: Response) -> None:
        """The answer to a request of the subclass."""
        raise NotImplementedError

    def on_watch_batch(self, batch: WatchBatch) -> None:
        """Apply watch events."""
        informer = self._watches.get(batch.watch_id)
        if informer is None:
            return
        for kind, obj in batch.events:
            key = object_key(obj)
            old = informer.put(key, None if kind == "DELETED" else obj)
            if kind == "DELETED":
                self.on_change(informer.resource, old or obj, None)
            else:
                self.on_change(informer.resource, old, obj)
        informer.revision = batch.revision
        self.on_sync(informer.resource)

    def on_watch_closed(self, closed: WatchClosed) -> None:
        """The watch ended: list again after a back-off."""
        informer = self._watches.pop(closed.watch_id, None)
        if informer is not None:
            self._relist_later(informer)

    def on_relist(self, message: Relist) -> None:
        """List again."""
        if message.resource in self._relisting:
            del self._relisting[message.resource]
            self._list(self.informers[message.resource])

    def connection_lost(self) -> None:
        """A restarted API server has forgotten its watches: nothing is in sync until it has been listed again.

        Real Kubernetes' programs go on with what they knew; here they wait for their caches.
        """
        super().connection_lost()
        for informer in self.informers.values():
            informer.synced = False
        informers = list(self._watches.values())
        self._watches.clear()
        for informer in informers:
            self._relist_later(informer)

    def restart(self) -> None:
        """Begin again with empty caches."""
        super().restart()
        self._watches.clear()
        self._relisting.clear()
        for informer in self.informers.values():
            informer.clear()
            informer.synced = False
        self.start_informers()

    def _list(self, informer: Informer) -> None:
        options = self._selectors(informer)
        self.request(self.reader, ("reflector", informer.resource, "list"), "list", informer.resource, options=options)

    def _listed(self, informer: Informer, what: str, response: Response) -> None:
        if not response.ok:
            self._relist_later(informer)
            return
        if what == "watch":
            return
        self._relist_delay.pop(informer.resource, None)
        gone = dict(informer.store)
        for obj in response.body["items"]:
            key = object_key(obj)
            gone.pop(key, None)
            old = informer.put(key, obj)
            if old is not obj:
                self.on_change(informer.resource, old, obj)
        for key in gone:
            self.on_change(informer.resource, informer.put(key, None), None)
        informer.synced = True
        informer.revision = int(response.body["metadata"]["resourceVersion"])
        options = self._selectors(informer) | {"resource_version": str(informer.revision)}
        token = ("reflector", informer.resource, "watch")
        informer.watch_id = self.request(self.reader, token, "watch", informer.resource, options=options)
        self._watches[informer.watch_id] = informer
        self.on_sync(informer.resource)

    def _relist_later(self, informer: Informer) -> None:
        """Each reflector backs off by itself: 0.8 s, doubling to 30 s, and as much again at random at the first."""
        resource = informer.resource
        if resource in self._relisting:
            return
        self._relisting[resource] = None
        delay = self._relist_delay.get(resource, RELIST_US[0])
        self._relist_delay[resource] = min(2 * delay, RELIST_US[1])
        jitter = self.sim.streams.stream(f"reflector/{self.name}").randint(0, RELIST_US[0])
        self.alarm(self.sim.now + delay + jitter, Relist(resource))

    @staticmethod
    def _selectors(informer: Informer) -> dict[str, Any]:
        options = {"field_selector": informer.field_selector, "label_selector": informer.label_selector}
        return {name: text for name, text in options.items() if text}
