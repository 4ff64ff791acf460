"""What a replicated request does to a store, and what it answers."""

from __future__ import annotations

import pytest

from cluster_core.etcd import api
from cluster_core.etcd.api import CompactRequest, Delete, Get, LeaseGrant, LeaseRevoke, Put, RangeRequest, TxnRequest
from cluster_core.etcd.lease import TTL_MAX
from cluster_core.etcd.mvcc import Store
from cluster_core.etcd.proposal import Proposal, WriteRequest, apply_proposal, apply_request, failed, read


def store_of(**values: int) -> Store:
    store = Store()
    for key, value in values.items():
        store.txn([], [Put(key, value)], [])
    return store


def put(key: str, value: int, *guards: api.Compare, lease: int = 0) -> TxnRequest:
    return TxnRequest(1, "client", list(guards), [Put(key, value, lease)], [Get(key)])


def contents(store: Store) -> tuple[object, ...]:
    return store.items(), store.revision, store.events("", 0), [store.get(key) for key, _ in store.items()]


def proposal(request: WriteRequest) -> Proposal:
    return Proposal("etcd-1", 1, 1, request)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (put("a", 1, lease=9), api.LEASE_NOT_FOUND),
        (TxnRequest(1, "client", [], [Put("a", 1), Delete("a")]), api.DUPLICATE_KEY),
        (CompactRequest(1, "client", 9), api.FUTURE_REVISION),
        (CompactRequest(1, "client", 0), api.COMPACTED),
        (LeaseRevoke(1, "client", 9), api.LEASE_NOT_FOUND),
        (LeaseGrant(1, "client", 7, 5), api.LEASE_EXISTS),
        (LeaseGrant(1, "client", 0, 5), api.LEASE_NOT_FOUND),
        (LeaseGrant(1, "client", 8, TTL_MAX + 1), api.LEASE_TTL_TOO_LARGE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refused_request_changes_nothing_and_says_why(request_: WriteRequest, error: str) -> None:
    store = store_of(a=0)
    store.leases.grant(7, 10)
    before = contents(store)
    answer = apply_request(store, request_)
    assert (answer.id, answer.error, answer.revision) == (1, error, 2)
    assert contents(store) == before and store.leases.ids() == [7]
    assert answer == failed(request_, error, 2), "the answer of a request that timed out has the same form"


def test_a_lease_answers_with_the_ttl_that_it_got() -> None:
    store = Store()
    assert [apply_request(store, LeaseGrant(1, "client", ttl, ttl)).ttl for ttl in (1, 10)] == [2, 10]
    assert apply_request(store, LeaseRevoke(1, "client", 1)).error == ""
    assert store.leases.ids() == [10] and store.revision == 1, "a lease without keys makes no revision"


@pytest.mark.parametrize(
    ("limit", "count_only", "keys", "more"),
    [
        (0, False, ["a", "b", "c"], False),
        (2, False, ["a", "b"], True),
        (3, False, ["a", "b", "c"], False),
        (2, True, [], False),
    ],
)
def test_a_range_counts_the_whole_and_says_whether_more_follow(
    limit: int, count_only: bool, keys: list[str], more: bool
) -> None:
    answer = read(store_of(a=1, b=2, c=3), RangeRequest(4, "client", "a", "z", limit, count_only=count_only))
    assert [kv.key for kv in answer.kvs] == keys
    assert (answer.id, answer.count, answer.more, answer.revision) == (4, 3, more, 4)


def test_a_range_at_an_old_revision_answers_with_the_revision_of_now() -> None:
    store = store_of(a=1, b=2)
    answer = read(store, RangeRequest(1, "client", "a", "z", revision=2))
    assert [kv.key for kv in answer.kvs] == ["a"] and answer.revision == 3
    store.compact(3)
    assert read(store, RangeRequest(1, "client", "a", "z", revision=2)).error == api.COMPACTED


@pytest.mark.parametrize(
    "request_",
    [
        put("a", 2),
        put("new", 2, api.absent("new")),
        put("a", 2, api.absent("a")),
        TxnRequest(1, "client", [], [Delete("a"), Put("b", 5), Get("c")]),
        TxnRequest(1, "client", [], [Delete("nobody")]),
    ],
    ids=["put", "create", "guard fails", "three operations", "deletes nothing"],
)
def test_a_member_that_takes_over_an_outcome_ends_where_one_that_computes_it_does(request_: TxnRequest) -> None:
    first, second, alone = (store_of(a=1, b=2, c=3) for _ in range(3))
    entry = proposal(request_)
    answers = [apply_proposal(first, entry), apply_proposal(second, entry), apply_request(alone, request_)]
    assert answers[0] == answers[1] == answers[2]
    assert contents(first) == contents(second) == contents(alone)
    for store in (first, second, alone):
        store.txn([], [Put("a", 9)], [])
    assert contents(first) == contents(second) == contents(alone), "and go on alike"


def test_an_outcome_found_at_another_revision_is_not_taken_over() -> None:
    entry = proposal(put("a", 2, api.mod_revision_is("a", 2)))
    assert apply_proposal(store_of(a=1), entry).ok
    behind = store_of(a=1, b=2)
    behind.txn([], [Put("a", 7)], [])
    assert not apply_proposal(behind, entry).ok and behind.get("a").value == 7  # type: ignore[union-attr]


def test_what_is_taken_over_knows_the_leases_of_its_keys() -> None:
    first, second = store_of(a=1), store_of(a=1)
    for store in (first, second):
        store.leases.grant(7, 10)
    attached, moved = proposal(put("a", 2, lease=7)), proposal(put("b", 2, lease=7))
    away = proposal(put("b", 3))
    for store in (first, second):
        for entry in (attached, moved, away):
            apply_proposal(store, entry)
        store.revoke(7)
    assert attached.outcome is not None
    assert first.items() == second.items() == [("b", 3)], "both know that only one key belongs to the lease"
