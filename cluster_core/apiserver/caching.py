"""The watch cache of an API server, kept by one watch of etcd: filled at the start, told to every watch, compacted.

Upstream: apiserver `storage/cacher/cacher.go`, `storage/etcd3/compact.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.request import WatchBatch, WatchClosed
from cluster_core.apiserver.authentication.tokens import Authenticator
from cluster_core.apiserver.bootstrap import Bootstrap
from cluster_core.apiserver.storing import StoringServer
from cluster_core.apiserver.watch_cache import Change, WatchCache
from cluster_core.etcd.api import (
    LeaseGrant,
    RangeRequest,
    RangeResponse,
    TxnRequest,
    TxnResponse,
    WatchCancelled,
    WatchEvents,
)
from cluster_core.sim.process import Message, TopologyChanged, Unreachable

COMPACTED_EVERY = 300_000_000


@dataclass(slots=True)
class CompactionTime(Message):
    """Five minutes after `revision`, what it had overwritten may go. Upstream: apiserver `storage/etcd3/compact.go`."""

    handler = "on_compaction_time"

    revision: int


class CachingServer(StoringServer):
    """A server that knows what is stored. `ready` once its cache is filled; `heeded` are resources whose changes stop the clock."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str]) -> None:
        super().__init__(sim, name, host, members)
        self.cache = WatchCache()
        self.ready = False
        self.heeded: tuple[str, ...] = ()
        self.compacts_at = 0
        self._bootstrap = Bootstrap()

    @property
    def authenticator(self) -> Authenticator:
        """Whose tokens are whose, at this moment: `authenticator.of(token)`."""
        return Authenticator(self.cache, self.sim.now, self.sim.streams.seed)

    def begin_to_serve(self) -> None:
        """The cache is filled, and what every cluster begins with is stored."""
        self.ready = True

    def took_in(self, changes: list[Change]) -> None:
        """The cache has changed; the watches are not told yet."""

    def on_range_response(self, response: RangeResponse) -> None:
        """The first read: fill the cache and watch from there on."""
        if response.error:
            self.other_member()
            self.start()
            return
        self.cache.fill(response.kvs, response.revision)
        self.watch_etcd(self.cache.revision + 1)
        for key, value in self._bootstrap.missing(self.cache, self.sim):
            self._bootstrap.writes[self.commit(key, value, 0)] = None
        if not self._bootstrap.writes:
            self.begin_to_serve()

    def on_txn_response(self, response: TxnResponse) -> None:
        """A write has been decided by etcd."""
        if response.id in self._bootstrap.writes:
            self._bootstrapped(response)
            return
        super().on_txn_response(response)

    def on_watch_events(self, message: WatchEvents) -> None:
        """Changes of etcd: take them in and tell every watch that is concerned."""
        if message.watch_id != self._watch_id or not message.events:
            return
        changes = self.cache.apply(message.events)
        self.took_in(changes)
        if self.compacts_at <= self.sim.now:
            self.compacts_at = self.sim.now + COMPACTED_EVERY
            self.alarm(self.compacts_at, CompactionTime(self.cache.revision))
        if self.heeded and any(change.resource in self.heeded for change in changes):
            self.sim.interrupted = True
        for key, events in self.cache.interested(changes).items():
            self.send(key[0], WatchBatch(key[1], self.cache.revision, self.cache.watches[key].shown(events)))

    def on_watch_cancelled(self, _message: WatchCancelled) -> None:
        """etcd no longer knows the revision: read everything again, and let the clients do the same."""
        self._drop_watches(ApiError(410, "Expired", "too old resource version"))
        self.ready = False
        self.start()

    def on_unreachable(self, message: Unreachable) -> None:
        """A member is down: ask another one. A client that is down has lost its watches."""
        if message.target in self.members:
            self.other_member()
            if isinstance(message.message, TxnRequest | RangeRequest | LeaseGrant):
                self.send(self.member, message.message)
        elif isinstance(message.message, WatchBatch):
            self.cache.close(message.target, message.message.watch_id)

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """Something broke or came back: find a member that lives."""
        if message.subject == self.member and not self.sim.links.connected(self.sim, self.name, self.member):
            self.other_member()
            self.fail_pending()
            if self._bootstrap.writes:
                self._bootstrap.writes.clear()
                self.start()
            elif self.ready:
                self.watch_etcd(self.cache.revision + 1)

    def on_compaction_time(self, message: CompactionTime) -> None:
        """Forget what was overwritten more than five minutes ago. Where nothing was written since there is nothing to do."""
        if self.ready and message.revision <= self.cache.revision:
            self.cache.compact(message.revision)
            self.compact(message.revision)

    def crash(self) -> None:
        """The cache and the watches were in memory."""
        super().crash()
        self.cache, self.ready, self._bootstrap = WatchCache(), False, Bootstrap()

    def restart(self) -> None:
        """Read everything from etcd again."""
        super().restart()
        self.start()

    def _bootstrapped(self, response: TxnResponse) -> None:
        """A role of the beginning is stored (or somebody stored it before); with the last one, requests are answered."""
        del self._bootstrap.writes[response.id]
        if response.error:
            self._bootstrap.writes.clear()
            self.start()
        elif not self._bootstrap.writes:
            self.begin_to_serve()

    def _drop_watches(self, error: ApiError, resource: str = "") -> None:
        for (source, watch_id), watch in list(self.cache.watches.items()):
            if resource and watch.filter.resource != resource:
                continue
            self.cache.close(source, watch_id)
            self.send(source, WatchClosed(watch_id, error.status()))
