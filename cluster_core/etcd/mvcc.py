"""The multi-version store: every write makes a new revision, reads and watches can go back to any that is not
compacted.

Upstream: etcd `server/storage/mvcc`. A revision is one transaction that wrote; the store begins at revision 1. Values
are kept by reference. The same transactions in the same order give the same store on every member.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped]

from cluster_core.etcd.api import (
    COMPACTED,
    DUPLICATE_KEY,
    FUTURE_REVISION,
    LEASE_NOT_FOUND,
    Compare,
    Delete,
    Get,
    KeyValue,
    Operation,
    Put,
    WatchEvent,
)
from cluster_core.etcd.lease import Leases
from cluster_core.sim.shelf import Ledger, Shelf

_mod_revision = attrgetter("mod_revision")


class EtcdError(Exception):
    """A request that etcd refuses; the text is etcd's."""


@dataclass(slots=True)
class Range:
    """What a range read found; `count` is of the whole range, `kvs` up to the limit."""

    revision: int
    kvs: list[KeyValue]
    count: int


class Versions(tuple[KeyValue, ...]):
    """The versions of one key since the last compaction, oldest first. Never changed: a write makes a longer one."""

    __slots__ = ()


class Revision(tuple[WatchEvent, ...]):
    """The events of one revision."""

    __slots__ = ()


@dataclass(slots=True)
class Outcome:
    """What a transaction did to a store of `revision`: other members, whose store is the same there, take it over."""

    revision: int
    held: bool
    results: list[KeyValue | None]
    versions: list[tuple[str, Versions]]
    events: Revision


class Store:
    """Keys with all their versions since the last compaction, the events of every revision, and leases."""

    def __init__(self) -> None:
        self.revision = 1
        self.compact_revision = 0
        self.leases = Leases()
        self._versions: Shelf[str, Versions] = Shelf()
        self._keys: SortedList = SortedList()
        self._events: Ledger[Revision] = Ledger()
        self._events_from = 2

    def __getstate__(self) -> dict[str, Any]:
        """A checkpoint leaves the order of the keys out: it can be made again."""
        return {**self.__dict__, "_keys": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """As it was, its keys in order again."""
        self.__dict__.update(state)
        self._keys = SortedList(self._versions)

    def get(self, key: str, revision: int = 0) -> KeyValue | None:
        """A key now (0) or as it was at `revision`; None if it is not there. Raises COMPACTED, FUTURE_REVISION."""
        self._check(revision)
        return self._at(key, revision)

    def range(
        self, key: str, range_end: str = "", limit: int = 0, revision: int = 0, count_only: bool = False
    ) -> Range:
        """The key, or the keys in [key, range_end) in order. Raises COMPACTED, FUTURE_REVISION."""
        self._check(revision)
        keys = self._keys.irange(key, range_end, inclusive=(True, False)) if range_end else (key,)
        kvs = [kv for kv in (self._at(found, revision) for found in keys) if kv is not None]
        return Range(self.revision, [] if count_only else kvs[: limit or None], len(kvs))

    def txn(
        self, compares: list[Compare], success: list[Operation], failure: list[Operation]
    ) -> tuple[bool, list[KeyValue | None]]:
        """If all compares hold do `success`, else `failure`, under one new revision if anything is written.

        Raises LEASE_NOT_FOUND and DUPLICATE_KEY before anything is done.
        """
        held = all([self._holds(compare) for compare in compares])
        operations = success if held else failure
        self._check_operations(operations)
        events: list[WatchEvent] = []
        results = [self._perform(operation, events) for operation in operations]
        self._finish(events)
        return held, results

    def outcome(self, revision: int, held: bool, results: list[KeyValue | None]) -> Outcome:
        """What the last transaction did, begun at `revision`."""
        events = self._events[-1] if self.revision > revision else Revision()
        return Outcome(revision, held, results, [(event[1], self._versions[event[1]]) for event in events], events)

    def take_over(self, done: Outcome) -> None:
        """Do what another member's store did at the same revision."""
        for key, versions in done.versions:
            before = self._versions.get(key)
            if before is None:
                self._keys.add(key)
            old, new = before[-1].lease if before else 0, versions[-1].lease
            if old or new:
                self.leases.attach(key, old, new)
            self._versions[key] = versions
        if done.events:
            self.revision += 1
            self._events.append(done.events)

    def revoke(self, lease: int) -> None:
        """End a lease and delete its keys under one revision. Raises LEASE_NOT_FOUND."""
        keys = self.leases.remove(lease)
        if keys is None:
            raise EtcdError(LEASE_NOT_FOUND)
        events: list[WatchEvent] = []
        for key in keys:
            self._delete(key, events)
        self._finish(events)

    def compact(self, revision: int) -> None:
        """Forget versions that were superseded at or before `revision`. Raises COMPACTED, FUTURE_REVISION."""
        if revision <= self.compact_revision:
            raise EtcdError(COMPACTED)
        if revision > self.revision:
            raise EtcdError(FUTURE_REVISION)
        self.compact_revision = revision
        for key in list(self._keys):
            self._compact_key(key, revision)
        drop = revision - self._events_from
        if drop > 0:
            del self._events[:drop]
            self._events_from = revision

    def events(self, prefix: str, start: int) -> list[WatchEvent]:
        """Events of keys with `prefix` from revision `start` on, in order. Raises COMPACTED."""
        if start < self.compact_revision:
            raise EtcdError(COMPACTED)
        recent = self._events[max(start - self._events_from, 0) :]
        return [event for revision in recent for event in revision if event[1].startswith(prefix)]

    def items(self) -> list[tuple[str, Any]]:
        """Every key with its current value, in order."""
        return [(kv.key, kv.value) for kv in self.range("", chr(0x10FFFF)).kvs]

    def fork(self) -> Store:
        """A copy that goes its own way: what a snapshot carries. Key values are shared, they never change."""
        copy = Store()
        copy.revision, copy.compact_revision = self.revision, self.compact_revision
        copy.leases = self.leases.fork()
        copy._versions = self._versions.copy()
        copy._keys = self._keys.copy()
        copy._events, copy._events_from = self._events.copy(), self._events_from
        return copy

    def _check(self, revision: int) -> None:
        if revision > self.revision:
            raise EtcdError(FUTURE_REVISION)
        if 0 < revision < self.compact_revision:
            raise EtcdError(COMPACTED)

    def _at(self, key: str, revision: int) -> KeyValue | None:
        versions = self._versions.get(key)
        if versions is None:
            return None
        place = len(versions) if revision == 0 else bisect_right(versions, revision, key=_mod_revision)
        kv = versions[place - 1] if place else None
        return kv if kv is not None and kv.version else None

    def _holds(self, compare: Compare) -> bool:
        kv = self._at(compare.key, 0)
        actual = _attribute(kv, compare.target) if kv is not None else 0
        if compare.operator == "=":
            return actual == compare.number
        if compare.operator == ">":
            return actual > compare.number
        return actual < compare.number if compare.operator == "<" else actual != compare.number

    def _check_operations(self, operations: list[Operation]) -> None:
        writes = [operation.key for operation in operations if not isinstance(operation, Get)]
        if len(writes) > 1 and len(dict.fromkeys(writes)) < len(writes):
            raise EtcdError(DUPLICATE_KEY)
        for operation in operations:
            if isinstance(operation, Put) and operation.lease and operation.lease not in self.leases:
                raise EtcdError(LEASE_NOT_FOUND)

    def _perform(self, operation: Operation, events: list[WatchEvent]) -> KeyValue | None:
        if isinstance(operation, Put):
            return self._put(operation, events)
        if isinstance(operation, Delete):
            return self._delete(operation.key, events)
        return self._at(operation.key, 0)

    def _put(self, put: Put, events: list[WatchEvent]) -> KeyValue:
        key, revision = put.key, self.revision + 1
        versions = self._versions.get(key)
        if versions is None:
            versions = Versions()
            self._keys.add(key)
        old = versions[-1] if versions and versions[-1].version else None
        if old is None:
            kv, previous = KeyValue(key, put.value, revision, revision, 1, put.lease), None
        else:
            kv = KeyValue(key, put.value, old.create_revision, revision, old.version + 1, put.lease)
            previous = old.value
        if put.lease or (old is not None and old.lease):
            self.leases.attach(key, old.lease if old is not None else 0, put.lease)
        self._versions[key] = Versions((*versions, kv))
        events.append(("PUT", key, put.value, kv.create_revision, revision, previous))
        return kv

    def _delete(self, key: str, events: list[WatchEvent]) -> KeyValue | None:
        old = self._at(key, 0)
        if old is None:
            return None
        if old.lease:
            self.leases.attach(key, old.lease, 0)
        # A version of 0 marks the deletion, as the tombstone in etcd's key index.
        self._versions[key] = Versions((*self._versions[key], KeyValue(key, None, 0, self.revision + 1, 0)))
        events.append(("DELETE", key, None, 0, self.revision + 1, old.value))
        return old

    def _finish(self, events: list[WatchEvent]) -> None:
        if events:
            self.revision += 1
            self._events.append(Revision(events))

    def _compact_key(self, key: str, revision: int) -> None:
        versions = self._versions[key]
        keep = bisect_right(versions, revision, key=_mod_revision) - 1
        if keep >= 0 and not versions[keep].version:
            keep += 1
        if keep > 0:
            versions = self._versions[key] = Versions(versions[keep:])
        if not versions:
            del self._versions[key]
            self._keys.remove(key)


def _attribute(kv: KeyValue, target: str) -> int:
    if target == "mod":
        return kv.mod_revision
    return kv.create_revision if target == "create" else kv.version
