"""The watch cache: every object as it is read, fed by one etcd watch, and the watches that clients have on it.

Upstream: apiserver `storage/cacher`. Real Kubernetes reads a GET from etcd; here every read is served from the cache, which has
always seen every write that was answered, because a member sends a transaction's watch events before its response.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cluster_core.api.conversion import Form
from cluster_core.api.errors import gone
from cluster_core.api.request import Obj
from cluster_core.apiserver.apply.ownership import alike
from cluster_core.apiserver.filter import Filter, node_of
from cluster_core.etcd.api import KeyValue, WatchEvent
from cluster_core.sim.shelf import Recent, Shelf

PREFIX = "/registry/"
HISTORY_MAX = 5_000


def storage_key(resource: str, namespace: str, name: str) -> str:
    """Where etcd has an object: /registry/pods/default/web."""
    return f"{PREFIX}{resource}/{namespace}/{name}" if namespace else f"{PREFIX}{resource}/{name}"


@dataclass(slots=True)
class Watch:
    """One client's watch; `form` is None for the one that objects are stored in."""

    id: int
    source: str
    filter: Filter
    form: Form | None = None

    def shown(self, events: list[tuple[str, Obj]]) -> list[tuple[str, Obj]]:
        """Events in the form that the client speaks."""
        form = self.form
        return events if form is None or form.stored else [(kind, form.shown(obj)) for kind, obj in events]


@dataclass(slots=True)
class Change:
    """One write as the cache saw it; `old` None: created, `new` None: deleted (then `last` is the object as it was)."""

    revision: int
    resource: str
    key: str
    old: Obj | None
    new: Obj | None
    last: Obj | None


class WatchCache:
    """Objects by resource and key ("ns/name"), recent changes of each resource, open watches.

    `begins` is the revision at which the cache was filled, `forgotten` the last change of a resource that its history no
    longer has, `compacted` the revision up to which etcd has forgotten what was overwritten.
    """

    def __init__(self) -> None:
        self.objects: dict[str, Shelf[str, Obj]] = {}
        self.revision = 0
        self.count = 0
        self.changed: dict[str, int] = {}
        self.history: dict[str, Recent[Change]] = {}
        self.forgotten: dict[str, int] = {}
        self.begins = 0
        self.compacted = 0
        self.watches: dict[tuple[str, int], Watch] = {}
        self._general: dict[str, dict[tuple[str, int], Watch]] = {}
        self._by_node: dict[str, dict[tuple[str, int], Watch]] = {}

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """One object, or None."""
        there = self.objects.get(resource)
        return there.get(f"{namespace}/{name}" if namespace else name) if there is not None else None

    def of(self, resource: str) -> dict[str, Obj]:
        """All objects of a resource by key."""
        found = self.objects.get(resource)
        if found is None:
            found = self.objects[resource] = Shelf()
        return found

    def changed_at(self, resource: str) -> int:
        """The revision of the last change of any object of a resource (0: none since the first read)."""
        return self.changed.get(resource, 0)

    def changes_since(self, revision: int) -> list[Change] | None:
        """The changes after a revision, newest first; None if it is later than now or too long ago to know them."""
        if revision > self.revision or any(revision < self._known_from(name) for name in self.changed):
            return None
        concerned = [name for name, last in self.changed.items() if last > revision]
        found = [change for name in concerned for change in self._newest_first(name, revision)]
        return found if len(concerned) < 2 else sorted(found, key=lambda change: -change.revision)

    def news(self, resource: str, revision: int) -> list[Change]:
        """The changes of a resource after a revision, oldest first. Raises 410 if they are no longer known."""
        if self._last(resource) <= revision:
            return []
        if revision < self._known_from(resource):
            raise gone(revision, self._known_from(resource))
        found = list(self._newest_first(resource, revision))
        found.reverse()
        return found

    def as_of(self, resource: str, revision: int) -> dict[str, Obj] | None:
        """All objects of a resource as they were at a revision (not after now), by key; None if that is no longer known.

        Real Kubernetes asks etcd for what the cache has forgotten and etcd has not; here the cache remembers longer.
        """
        if self._last(resource) <= revision:
            return self.of(resource)
        if revision < self._known_from(resource) or revision < self.compacted:
            return None
        found: dict[str, Obj] = dict(self.of(resource))
        for change in self._newest_first(resource, revision):
            if change.old is None:
                del found[change.key]
            else:
                found[change.key] = change.old
        return found

    def compact(self, revision: int) -> None:
        """etcd is about to forget what was overwritten up to a revision: lists of before are expired."""
        self.compacted = max(self.compacted, revision)

    def _last(self, resource: str) -> int:
        """The last revision at which a resource may have changed."""
        return max(self.begins, self.changed.get(resource, 0))

    def _known_from(self, resource: str) -> int:
        """The earliest revision after which every change of a resource is known."""
        return max(self.begins, self.forgotten.get(resource, 0))

    def _newest_first(self, resource: str, revision: int) -> Iterator[Change]:
        for change in reversed(self.history.get(resource, ())):
            if change.revision <= revision:
                return
            yield change

    def select(self, wanted: Filter) -> list[Obj]:
        """The objects that pass a filter, in order of key."""
        found = self.of(wanted.resource)
        return [found[key] for key in wanted.keys(found) if wanted.matches(found[key])]

    def fill(self, kvs: Iterable[KeyValue], revision: int) -> None:
        """Take in the first read of etcd, made at a revision."""
        self.objects, self.history, self.forgotten, self.changed, self.count = {}, {}, {}, {}, 0
        for kv in kvs:
            self.load(kv.key, kv.value, kv.mod_revision)
        self.revision = self.begins = revision

    def load(self, key: str, value: Obj, revision: int) -> None:
        """Take in one object of the first read of etcd."""
        resource, name = _split(key)
        self.of(resource)[name] = with_revision(value, revision)
        self.count += 1

    def apply(self, events: list[WatchEvent]) -> list[Change]:
        """Take in etcd's events; returns them as changes."""
        changes = []
        for kind, key, value, _created, revision, _previous in events:
            resource, name = _split(key)
            there = self.of(resource)
            old = there.get(name)
            if kind == "DELETE":
                there.pop(name, None)
                last = with_revision(old, revision) if old is not None else None
                change = Change(revision, resource, name, old, None, last)
            else:
                new = with_revision(value, revision)
                there[name] = new
                change = Change(revision, resource, name, old, new, None)
            self.count += (old is None) - (kind == "DELETE")
            self.revision = max(self.revision, revision)
            self.changed[resource] = revision
            self._remember(change)
            changes.append(change)
        return changes

    def open(self, watch: Watch, after: int) -> list[tuple[str, Obj]]:
        """Begin a watch; returns what it has missed since revision `after`. Raises 410 if that is no longer known."""
        missed = [event for change in self.news(watch.filter.resource, after) for event in seen(watch.filter, change)]
        self.watches[(watch.source, watch.id)] = watch
        self._index(watch)[(watch.source, watch.id)] = watch
        return missed

    def close(self, source: str, watch_id: int) -> None:
        """The client ended a watch."""
        watch = self.watches.pop((source, watch_id), None)
        if watch is not None:
            self._index(watch).pop((source, watch_id), None)

    def interested(self, changes: list[Change]) -> dict[tuple[str, int], list[tuple[str, Obj]]]:
        """The events of each watch that any of the changes concerns."""
        found: dict[tuple[str, int], list[tuple[str, Obj]]] = {}
        for change in changes:
            for key, watch in self._candidates(change):
                for event in seen(watch.filter, change):
                    found.setdefault(key, []).append(event)
        return found

    def audience(self, resource: str, obj: Obj | None) -> int:
        """How many watches are told of a change of an object (None: of any)."""
        found = list(self._general.get(resource, {}).values())
        if obj is not None and resource == "pods":
            found.extend(self._by_node.get(node_of(obj), {}).values())
        return sum(1 for watch in found if obj is None or watch.filter.matches(obj))

    def _remember(self, change: Change) -> None:
        history = self.history.get(change.resource)
        if history is None:
            history = self.history[change.resource] = Recent(maxlen=HISTORY_MAX)
        elif len(history) == HISTORY_MAX:
            self.forgotten[change.resource] = history[0].revision
        history.append(change)

    def _candidates(self, change: Change) -> list[tuple[tuple[str, int], Watch]]:
        found = list(self._general.get(change.resource, {}).items())
        if change.resource == "pods":
            nodes = {node_of(obj): None for obj in (change.old, change.new) if obj is not None}
            for node in nodes:
                found.extend(self._by_node.get(node, {}).items())
        return found

    def _index(self, watch: Watch) -> dict[tuple[str, int], Watch]:
        if watch.filter.resource == "pods" and watch.filter.indexed:
            return self._by_node.setdefault(watch.filter.indexed, {})
        return self._general.setdefault(watch.filter.resource, {})


def with_revision(obj: Obj, revision: int) -> Obj:
    """The object with its resourceVersion."""
    return alike({**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}, obj)


def _split(key: str) -> tuple[str, str]:
    resource, _, name = key[len(PREFIX) :].partition("/")
    return resource, name


def seen(wanted: Filter, change: Change) -> list[tuple[str, Obj]]:
    """What a watch sees of a change: an object that leaves its selector is DELETED (as it was), one that enters is ADDED."""
    before = change.old is not None and wanted.matches(change.old)
    after = change.new is not None and wanted.matches(change.new)
    if after:
        assert change.new is not None
        return [("MODIFIED" if before else "ADDED", change.new)]
    if before:
        assert change.old is not None
        return [("DELETED", change.last or with_revision(change.old, change.revision))]
    return []
