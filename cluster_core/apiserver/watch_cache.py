"""The watch cache: every object as it is read, fed by one etcd watch, and the watches that clients have on it.

Upstream: apiserver `storage/cacher`. Real Kubernetes reads a GET from etcd; here every read is served from the cache, which has
always seen every write that was answered, because a member sends a transaction's watch events before its response.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.errors import gone
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, parse_label_selector
from cluster_core.api.selector_syntax import parse_fields, unknown_field
from cluster_core.etcd.api import WatchEvent
from cluster_core.sim.shelf import Recent, Shelf

PREFIX = "/registry/"
HISTORY_MAX = 5_000
INDEXED = "spec.nodeName"


def storage_key(resource: str, namespace: str, name: str) -> str:
    """Where etcd has an object: /registry/pods/default/web."""
    return f"{PREFIX}{resource}/{namespace}/{name}" if namespace else f"{PREFIX}{resource}/{name}"


@dataclass(slots=True)
class Filter:
    """What a list or a watch asks for."""

    resource: str
    namespace: str = ""
    labels: Selector = field(default_factory=Selector)
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, resource: str, namespace: str, options: dict[str, str]) -> Filter:
        """From the options of a request; raises 400 for a selector that cannot be read or a field that is not selectable."""
        labels = parse_label_selector(options.get("label_selector", ""))
        fields = parse_fields(options.get("field_selector", ""))
        kind = by_resource(resource)
        for name, _operator, _value in fields:
            if name not in ("metadata.name", "metadata.namespace", *kind.field_labels):
                raise unknown_field(name, kind.field_labels)
        return cls(resource, namespace, labels, fields)

    @property
    def indexed(self) -> str:
        """The node name that the filter is about, or ""."""
        return next((value for name, operator, value in self.fields if name == INDEXED and operator == "="), "")

    def matches(self, obj: Obj) -> bool:
        """Whether an object passes."""
        meta = obj["metadata"]
        if self.namespace and meta.get("namespace") != self.namespace:
            return False
        if self.labels.requirements and not self.labels.matches(meta.get("labels") or {}):
            return False
        if not self.fields:
            return True
        if self.resource == "pods" and len(self.fields) == 1 and self.fields[0][:2] == (INDEXED, "="):
            return bool(_node(obj) == self.fields[0][2])
        values = by_resource(self.resource).selectable_fields(obj)
        return all((values.get(name, "") == value) == (operator == "=") for name, operator, value in self.fields)


@dataclass(slots=True)
class Watch:
    """One client's watch."""

    id: int
    source: str
    filter: Filter


@dataclass(slots=True)
class Change:
    """One write as the cache saw it; `old` None: created, `new` None: deleted (then `last` is the object as it was)."""

    revision: int
    resource: str
    old: Obj | None
    new: Obj | None
    last: Obj | None


class WatchCache:
    """Objects by resource and key ("ns/name"), recent changes, open watches."""

    def __init__(self) -> None:
        self.objects: dict[str, Shelf[str, Obj]] = {}
        self.revision = 0
        self.count = 0
        self.changed: dict[str, int] = {}
        self.history: Recent[Change] = Recent(maxlen=HISTORY_MAX)
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
        if revision > self.revision or (revision < self.revision and not self.history):
            return None
        if self.history and self.history[0].revision > revision + 1:
            return None
        found = []
        for change in reversed(self.history):
            if change.revision <= revision:
                break
            found.append(change)
        return found

    def select(self, wanted: Filter) -> list[Obj]:
        """The objects that pass a filter, in order of key."""
        found = self.of(wanted.resource)
        return [found[key] for key in sorted(found) if wanted.matches(found[key])]

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
                change = Change(revision, resource, old, None, last)
            else:
                new = with_revision(value, revision)
                there[name] = new
                change = Change(revision, resource, old, new, None)
            self.count += (old is None) - (kind == "DELETE")
            self.revision = max(self.revision, revision)
            self.changed[resource] = revision
            self.history.append(change)
            changes.append(change)
        return changes

    def open(self, watch: Watch, after: int) -> list[tuple[str, Obj]]:
        """Begin a watch; returns what it has missed since revision `after`. Raises 410 if that is no longer known."""
        missed = []
        if after < self.revision:
            oldest = self.history[0].revision if self.history else self.revision + 1
            if after + 1 < oldest:
                raise gone(after, oldest - 1)
            missed = [
                event
                for change in self.history
                if change.revision > after and change.resource == watch.filter.resource
                for event in _event(watch.filter, change)
            ]
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
                for event in _event(watch.filter, change):
                    found.setdefault(key, []).append(event)
        return found

    def audience(self, resource: str, obj: Obj | None) -> int:
        """How many watches are told of a change of an object (None: of any)."""
        found = list(self._general.get(resource, {}).values())
        if obj is not None and resource == "pods":
            found.extend(self._by_node.get(_node(obj), {}).values())
        return sum(1 for watch in found if obj is None or watch.filter.matches(obj))

    def _candidates(self, change: Change) -> list[tuple[tuple[str, int], Watch]]:
        found = list(self._general.get(change.resource, {}).items())
        if change.resource == "pods":
            nodes = {_node(obj): None for obj in (change.old, change.new) if obj is not None}
            for node in nodes:
                found.extend(self._by_node.get(node, {}).items())
        return found

    def _index(self, watch: Watch) -> dict[tuple[str, int], Watch]:
        if watch.filter.resource == "pods" and watch.filter.indexed:
            return self._by_node.setdefault(watch.filter.indexed, {})
        return self._general.setdefault(watch.filter.resource, {})


def with_revision(obj: Obj, revision: int) -> Obj:
    """The object with its resourceVersion."""
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}


def _split(key: str) -> tuple[str, str]:
    resource, _, name = key[len(PREFIX) :].partition("/")
    return resource, name


def _node(pod: Obj) -> str:
    return str(pod["spec"].get("nodeName", ""))


def _event(wanted: Filter, change: Change) -> list[tuple[str, Obj]]:
    """What a watch sees of a change: an object that leaves its selector is DELETED, one that enters is ADDED."""
    before = change.old is not None and wanted.matches(change.old)
    after = change.new is not None and wanted.matches(change.new)
    if after:
        assert change.new is not None
        return [("MODIFIED" if before else "ADDED", change.new)]
    if before:
        gone_object = change.last or (with_revision(change.new, change.revision) if change.new is not None else None)
        assert gone_object is not None
        return [("DELETED", gone_object)]
    return []
