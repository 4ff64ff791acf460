"""The watches that clients have open at one member: a place in the store's one log of events each.

Upstream: etcd `server/storage/mvcc/watchable_store.go`. Watches live in memory: they end with the member.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.etcd.api import WatchCancelled, WatchEvents, WatchRequest
from cluster_core.etcd.mvcc import EtcdError, Store


@dataclass(slots=True)
class Watch:
    """An open watch; every event before `next_revision` was sent."""

    source: str
    id: int
    prefix: str
    next_revision: int


class Watches:
    """All open watches, in the order in which they were opened."""

    def __init__(self) -> None:
        self._watches: dict[tuple[str, int], Watch] = {}

    def __len__(self) -> int:
        return len(self._watches)

    def open(self, request: WatchRequest, store: Store) -> WatchEvents | WatchCancelled:
        """Open a watch; the answer has all events so far, possibly none, or says that they are compacted."""
        watch = Watch(request.source, request.id, request.prefix, request.start_revision or store.revision + 1)
        try:
            events = store.events(watch.prefix, watch.next_revision)
        except EtcdError as error:
            return WatchCancelled(request.id, str(error), store.compact_revision)
        watch.next_revision = max(watch.next_revision, store.revision + 1)
        self._watches[(watch.source, watch.id)] = watch
        return WatchEvents(request.id, store.revision, events)

    def cancel(self, source: str, watch_id: int) -> None:
        """The client has seen enough."""
        self._watches.pop((source, watch_id), None)

    def drop(self, source: str) -> None:
        """The client is gone."""
        self._watches = {key: watch for key, watch in self._watches.items() if watch.source != source}

    def collect(self, store: Store) -> list[tuple[str, WatchEvents | WatchCancelled]]:
        """What is new for whom, as (client, message)."""
        news: list[tuple[str, WatchEvents | WatchCancelled]] = []
        for watch in list(self._watches.values()):
            if watch.next_revision > store.revision:
                continue
            try:
                events = store.events(watch.prefix, watch.next_revision)
            except EtcdError as error:
                # Only a snapshot of the leader can overtake a watch.
                self.cancel(watch.source, watch.id)
                news.append((watch.source, WatchCancelled(watch.id, str(error), store.compact_revision)))
                continue
            watch.next_revision = store.revision + 1
            if events:
                news.append((watch.source, WatchEvents(watch.id, store.revision, events)))
        return news
