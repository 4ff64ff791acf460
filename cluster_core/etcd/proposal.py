"""What etcd members replicate: a client's request with the member that answers it, and how a request changes the
store."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.etcd.api import (
    LEASE_EXISTS,
    LEASE_NOT_FOUND,
    LEASE_TTL_TOO_LARGE,
    CompactRequest,
    CompactResponse,
    LeaseGrant,
    LeaseResponse,
    LeaseRevoke,
    RangeRequest,
    RangeResponse,
    TxnRequest,
    TxnResponse,
)
from cluster_core.etcd.lease import TTL_MAX
from cluster_core.etcd.mvcc import EtcdError, Outcome, Store

WriteRequest = TxnRequest | LeaseGrant | LeaseRevoke | CompactRequest
WriteResponse = TxnResponse | LeaseResponse | CompactResponse


@dataclass(slots=True)
class Proposal:
    """An entry's data. `member` took the request in its life `life` and answers it when it has applied the entry.

    `outcome`: what the first member that applied it found. The same entry meets the same store on every member (Raft's
    State Machine Safety), so the others take over what cannot be different; real members each compute it.
    """

    member: str
    life: int
    number: int
    request: WriteRequest
    outcome: Outcome | None = None


def apply_proposal(store: Store, proposal: Proposal) -> WriteResponse:
    """Change the store as the entry says."""
    request, done = proposal.request, proposal.outcome
    if not isinstance(request, TxnRequest):
        return apply_request(store, request)
    if done is not None and done.revision == store.revision:
        store.take_over(done)
        return TxnResponse(request.id, done.held, store.revision, done.results)
    before = store.revision
    response = apply_request(store, request)
    if isinstance(response, TxnResponse) and not response.error:
        proposal.outcome = store.outcome(before, response.ok, response.results)
    return response


def apply_request(store: Store, request: WriteRequest) -> WriteResponse:
    """Change the store; the answer is the same on every member."""
    try:
        return _apply(store, request)
    except EtcdError as error:
        return failed(request, str(error), store.revision)


def failed(request: WriteRequest, error: str, revision: int = 0) -> WriteResponse:
    """The answer to a request that did not succeed."""
    if isinstance(request, TxnRequest):
        return TxnResponse(request.id, False, revision, [], error)
    if isinstance(request, CompactRequest):
        return CompactResponse(request.id, revision, error)
    return LeaseResponse(request.id, request.lease, 0, revision, error)


def read(store: Store, request: RangeRequest) -> RangeResponse:
    """Answer a range from the store as it is."""
    try:
        found = store.range(request.key, request.range_end, request.limit, request.revision, request.count_only)
    except EtcdError as error:
        return RangeResponse(request.id, store.revision, [], 0, error=str(error))
    more = 0 < len(found.kvs) < found.count
    return RangeResponse(request.id, found.revision, found.kvs, found.count, more)


def _apply(store: Store, request: WriteRequest) -> WriteResponse:
    if isinstance(request, TxnRequest):
        held, results = store.txn(request.compares, request.success, request.failure)
        return TxnResponse(request.id, held, store.revision, results)
    if isinstance(request, CompactRequest):
        store.compact(request.revision)
        return CompactResponse(request.id, store.revision)
    if isinstance(request, LeaseRevoke):
        store.revoke(request.lease)
        return LeaseResponse(request.id, request.lease, 0, store.revision)
    return LeaseResponse(request.id, request.lease, _grant(store, request), store.revision)


def _grant(store: Store, request: LeaseGrant) -> int:
    if not request.lease:
        raise EtcdError(LEASE_NOT_FOUND)
    if request.ttl > TTL_MAX:
        raise EtcdError(LEASE_TTL_TOO_LARGE)
    if not store.leases.grant(request.lease, request.ttl):
        raise EtcdError(LEASE_EXISTS)
    return store.leases.ttl(request.lease) or 0
