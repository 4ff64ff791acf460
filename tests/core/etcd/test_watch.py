"""Watches at one member: nothing is missing, nothing comes twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.etcd.api import COMPACTED, Delete, Put, WatchCancelled, WatchEvents, WatchRequest
from cluster_core.etcd.mvcc import Store
from cluster_core.etcd.watch import Watches


def written(*keys: str) -> Store:
    store = Store()
    for key in keys:
        store.txn([], [Put(key, key)], [])
    return store


def revisions(message: WatchEvents | WatchCancelled) -> list[int]:
    assert isinstance(message, WatchEvents)
    return [event[4] for event in message.events]


def test_the_first_answer_has_what_has_happened_since_the_start_revision() -> None:
    store, watches = written("/a/1", "/b/1", "/a/2"), Watches()
    assert revisions(watches.open(WatchRequest(1, "client", "/a/", 2), store)) == [2, 4]
    assert revisions(watches.open(WatchRequest(2, "client", "/a/", 3), store)) == [4]
    assert revisions(watches.open(WatchRequest(3, "client", "/a/", 0), store)) == [], "0: from now on"
    assert len(watches) == 3


def test_each_watch_gets_its_prefix_and_only_what_is_new() -> None:
    store, watches = written("/a/1"), Watches()
    watches.open(WatchRequest(1, "one", "/a/"), store)
    watches.open(WatchRequest(1, "two", "/"), store)
    assert watches.collect(store) == []
    store.txn([], [Put("/a/2", 1), Put("/b/2", 1)], [])
    store.txn([], [Delete("/a/1")], [])
    news = watches.collect(store)
    assert [(client, message.watch_id, revisions(message)) for client, message in news] == [
        ("one", 1, [3, 4]),
        ("two", 1, [3, 3, 4]),
    ]
    assert watches.collect(store) == [], "nothing comes twice"


def test_a_watch_that_nothing_concerns_is_not_woken_and_misses_nothing_later() -> None:
    store, watches = written(), Watches()
    watches.open(WatchRequest(1, "client", "/a/"), store)
    store.txn([], [Put("/b/1", 1)], [])
    assert watches.collect(store) == []
    store.compact(2)
    store.txn([], [Put("/a/1", 1)], [])
    assert [revisions(message) for _, message in watches.collect(store)] == [[3]]


def test_a_watch_from_a_revision_to_come_waits_for_it() -> None:
    store, watches = written("/a/1"), Watches()
    assert revisions(watches.open(WatchRequest(1, "client", "/a/", 4), store)) == []
    store.txn([], [Put("/a/2", 1)], [])
    assert watches.collect(store) == []
    store.txn([], [Put("/a/3", 1)], [])
    assert [revisions(message) for _, message in watches.collect(store)] == [[4]]


def test_a_watch_from_what_is_compacted_is_refused_and_from_the_compacted_revision_itself_is_not() -> None:
    store, watches = written("/a/1", "/a/2", "/a/3"), Watches()
    store.compact(3)
    assert watches.open(WatchRequest(1, "client", "/a/", 2), store) == WatchCancelled(1, COMPACTED, 3)
    assert len(watches) == 0
    assert revisions(watches.open(WatchRequest(2, "client", "/a/", 3), store)) == [3, 4]


def test_a_watch_that_a_snapshot_has_overtaken_is_cancelled() -> None:
    store, watches = written("/a/1"), Watches()
    watches.open(WatchRequest(1, "client", "/a/"), store)
    leaders = written("/a/1", "/a/2", "/a/3", "/a/4")
    leaders.compact(5)
    assert watches.collect(leaders) == [("client", WatchCancelled(1, COMPACTED, 5))]
    assert watches.collect(leaders) == [] and len(watches) == 0


def test_cancelling_ends_one_watch_and_dropping_all_of_a_client() -> None:
    store, watches = written(), Watches()
    for client, number in (("one", 1), ("one", 2), ("two", 1)):
        watches.open(WatchRequest(number, client, ""), store)
    watches.cancel("one", 2)
    watches.cancel("one", 9)
    store.txn([], [Put("a", 1)], [])
    assert [(client, message.watch_id) for client, message in watches.collect(store)] == [("one", 1), ("two", 1)]
    watches.drop("one")
    store.txn([], [Put("a", 2)], [])
    assert [client for client, _ in watches.collect(store)] == ["two"]


@given(st.lists(st.sampled_from(["/a/1", "/a/2", "/b/1", "collect"]), max_size=20), st.integers(0, 8))
def test_however_often_news_are_collected_a_watch_sees_the_same(steps: list[str], start: int) -> None:
    store, watches = written("/a/0"), Watches()
    opened = watches.open(WatchRequest(1, "client", "/a/", start), store)
    seen = revisions(opened)
    for step in steps:
        if step == "collect":
            seen += [revision for _, message in watches.collect(store) for revision in revisions(message)]
        else:
            store.txn([], [Put(step, 1)], [])
    seen += [revision for _, message in watches.collect(store) for revision in revisions(message)]
    assert seen == [event[4] for event in store.events("/a/", start or 3)]
