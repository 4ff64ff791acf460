"""The store against a naive model that keeps a full copy of the state at every revision."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_core.etcd.api import Delete, Put, prefix_end
from cluster_core.etcd.mvcc import Store

KEYS = st.sampled_from(["/a/1", "/a/2", "/a/3", "/b/1", "/b"])
OPERATION = st.one_of(st.builds(Put, KEYS, st.integers(0, 9)), st.builds(Delete, KEYS))
TXN = st.lists(OPERATION, min_size=1, max_size=3, unique_by=lambda operation: operation.key)


def run(txns: list[list[Put | Delete]]) -> tuple[Store, dict[int, dict[str, int]]]:
    store, state, states = Store(), {}, {1: {}}
    for txn in txns:
        store.txn([], list(txn), [])
        for operation in txn:
            if isinstance(operation, Put):
                state[operation.key] = operation.value
            else:
                state.pop(operation.key, None)
        states[store.revision] = dict(state)
    return store, states


def listed(store: Store, prefix: str, revision: int) -> dict[str, int]:
    found = store.range(prefix, prefix_end(prefix), revision=revision)
    assert [kv.key for kv in found.kvs] == sorted(kv.key for kv in found.kvs) and found.count == len(found.kvs)
    return {kv.key: kv.value for kv in found.kvs}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(TXN, max_size=25), st.integers(0, 30))
def test_a_read_at_a_revision_is_the_state_of_then(txns: list[list[Put | Delete]], compacted: int) -> None:
    store, states = run(txns)
    oldest = 1
    if 1 < compacted <= store.revision:
        store.compact(compacted)
        oldest = compacted
    for revision, state in states.items():
        if revision >= oldest:
            assert listed(store, "/", revision) == state
            assert listed(store, "/a/", revision) == {key: one for key, one in state.items() if key.startswith("/a/")}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(TXN, max_size=25), st.integers(1, 30))
def test_a_watch_is_a_list_and_its_events_without_gap_or_repeat(txns: list[list[Put | Delete]], start: int) -> None:
    store, states = run(txns)
    start = min(start, store.revision)
    state = {key: value for key, value in states[start].items() if key.startswith("/a/")}
    events = store.events("/a/", start + 1)
    assert len({(event[4], event[1]) for event in events}) == len(events)
    assert [event[4] for event in events] == sorted(event[4] for event in events)
    for kind, key, value, _, revision, previous in events:
        assert revision > start and state.get(key) == previous
        if kind == "PUT":
            state[key] = value
        else:
            del state[key]
    assert state == listed(store, "/a/", store.revision)
