"""The multi-version store."""

from __future__ import annotations

import pickle

import pytest

from cluster_core.etcd.api import (
    COMPACTED,
    DUPLICATE_KEY,
    FUTURE_REVISION,
    LEASE_NOT_FOUND,
    Delete,
    Get,
    Put,
    absent,
    exists,
    mod_revision_is,
    prefix_end,
)
from cluster_core.etcd.mvcc import EtcdError, Store


def put(store: Store, key: str, value: object) -> int:
    store.txn([], [Put(key, value)], [])
    return store.revision


def filled() -> Store:
    store = Store()
    for key in ("/pods/b", "/pods/a", "/nodes/x"):
        put(store, key, {"name": key})
    return store


def test_revisions_count_transactions_and_versions_count_puts() -> None:
    store = Store()
    assert (put(store, "a", 1), put(store, "b", 1), put(store, "a", 2)) == (2, 3, 4)
    kv = store.get("a")
    assert kv is not None
    assert (kv.value, kv.create_revision, kv.mod_revision, kv.version) == (2, 2, 4, 2)


def test_a_value_is_kept_by_reference() -> None:
    value = {"spec": {}}
    store = Store()
    put(store, "a", value)
    kv = store.get("a")
    assert kv is not None and kv.value is value


def test_a_key_created_again_begins_anew() -> None:
    store = Store()
    put(store, "a", 1)
    store.txn([], [Delete("a")], [])
    assert store.get("a") is None
    put(store, "a", 2)
    kv = store.get("a")
    assert kv is not None and (kv.create_revision, kv.version) == (4, 1)


def test_deleting_nothing_makes_no_revision() -> None:
    store = Store()
    assert store.txn([], [Delete("a")], []) == (True, [None])
    assert store.revision == 1


def test_a_transaction_compares_then_does_one_branch_under_one_revision() -> None:
    store = filled()
    kv = store.get("/pods/a")
    assert kv is not None
    guard = [mod_revision_is("/pods/a", kv.mod_revision), exists("/nodes/x"), absent("/pods/c")]
    held, results = store.txn(guard, [Put("/pods/a", 2), Put("/pods/c", 3)], [])
    assert held and [result.mod_revision for result in results if result] == [5, 5]
    held, results = store.txn(guard, [Put("/pods/a", 4)], [Get("/pods/a")])
    assert not held and results[0] is not None and results[0].value == 2
    assert store.revision == 5


def test_ranges_are_ordered_limited_and_counted() -> None:
    store = filled()
    found = store.range("/pods/", prefix_end("/pods/"), limit=1)
    assert [kv.key for kv in found.kvs] == ["/pods/a"] and found.count == 2
    assert [kv.key for kv in store.range("/pods/b", prefix_end("/pods/")).kvs] == ["/pods/b"]
    assert store.range("/", prefix_end("/"), count_only=True).kvs == []
    assert [kv.key for kv in store.range("/pods/b").kvs] == ["/pods/b"]


def test_reads_at_a_revision_and_their_bounds() -> None:
    store = filled()
    put(store, "/pods/a", 9)
    store.txn([], [Delete("/pods/b")], [])
    then = store.range("/pods/", prefix_end("/pods/"), revision=4)
    assert [kv.mod_revision for kv in then.kvs] == [3, 2]
    with pytest.raises(EtcdError, match=FUTURE_REVISION):
        store.get("/pods/a", revision=7)
    store.compact(5)
    with pytest.raises(EtcdError, match=COMPACTED):
        store.range("/pods/", prefix_end("/pods/"), revision=4)
    assert store.get("/pods/b", revision=5) is not None and store.get("/pods/b") is None


def test_compaction_keeps_the_state_and_drops_history() -> None:
    store = filled()
    put(store, "/pods/a", 9)
    store.txn([], [Delete("/pods/b")], [])
    store.compact(6)
    assert [kv.key for kv in store.range("/", prefix_end("/")).kvs] == ["/nodes/x", "/pods/a"]
    for bad, text in ((6, COMPACTED), (7, FUTURE_REVISION)):
        with pytest.raises(EtcdError, match=text):
            store.compact(bad)
    with pytest.raises(EtcdError, match=COMPACTED):
        store.events("/", 5)
    assert [event[0] for event in store.events("/", 6)] == ["DELETE"]


def test_events_tell_old_and_new() -> None:
    store = filled()
    put(store, "/pods/a", 9)
    store.txn([], [Delete("/pods/a")], [])
    assert store.events("/pods/a", 5) == [
        ("PUT", "/pods/a", 9, 3, 5, {"name": "/pods/a"}),
        ("DELETE", "/pods/a", None, 0, 6, 9),
    ]


def test_a_refused_transaction_changes_nothing() -> None:
    store = filled()
    with pytest.raises(EtcdError, match=LEASE_NOT_FOUND):
        store.txn([], [Put("a", 1), Put("b", 1, lease=5)], [])
    with pytest.raises(EtcdError, match=DUPLICATE_KEY):
        store.txn([], [Put("a", 1), Delete("a")], [])
    assert store.revision == 4 and store.get("a") is None


def test_a_revoked_lease_takes_its_keys_along() -> None:
    store = Store()
    store.leases.grant(7, 60)
    store.txn([], [Put("a", 1, lease=7), Put("b", 1, lease=7)], [])
    put(store, "b", 2)
    store.revoke(7)
    assert store.get("a") is None and store.get("b") is not None
    with pytest.raises(EtcdError, match=LEASE_NOT_FOUND):
        store.revoke(7)


def test_a_fork_goes_its_own_way_and_state_can_be_pickled() -> None:
    store = filled()
    fork = store.fork()
    put(fork, "/pods/a", 9)
    assert store.revision == 4 and fork.revision == 5
    again = pickle.loads(pickle.dumps(store))
    assert again.items() == store.items() != fork.items()
