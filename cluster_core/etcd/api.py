"""The messages of the etcd API, as the API server uses it. The only module of etcd that others import.

Upstream: etcd `api/etcdserverpb/rpc.proto`. A client sends a request to one member (process `etcd-1` …); the response
carries the same `id`. Values are Python objects handed over by reference: never mutate one that was put or read.

Watches: a member answers a `WatchRequest` with an empty `WatchEvents` (the watch stands, nothing before its
`revision` is missing), then with one batch per applied group. A transaction's watch events leave a member before its
response. What a member held in memory (watches, open requests) dies with it; the client opens them again elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.sim.process import Message

TIMED_OUT = "etcdserver: request timed out"
COMPACTED = "etcdserver: mvcc: required revision has been compacted"
FUTURE_REVISION = "etcdserver: mvcc: required revision is a future revision"
LEASE_NOT_FOUND = "etcdserver: requested lease not found"
LEASE_EXISTS = "etcdserver: lease already exists"
LEASE_TTL_TOO_LARGE = "etcdserver: too large lease TTL"
DUPLICATE_KEY = "etcdserver: duplicate key given in txn request"
NO_LEADER = "etcdserver: no leader"

WatchEvent = tuple[str, str, Any, int, int, Any]
"""("PUT" | "DELETE", key, value, create_revision, mod_revision, prev_value); a DELETE has value None and
create_revision 0."""


@dataclass(slots=True)
class KeyValue:
    """One key at one revision. `version` counts the puts since it was created; `lease` 0 means none."""

    key: str
    value: Any
    create_revision: int
    mod_revision: int
    version: int
    lease: int = 0


@dataclass(slots=True)
class Compare:
    """A guard of a transaction: attribute `target` ("mod" | "create" | "version") of `key`, `operator` ("=" | "!=" |
    ">" | "<"), number. An absent key has 0 for all three."""

    key: str
    target: str
    operator: str
    number: int


@dataclass(slots=True)
class Put:
    """Write `value` under `key`; attached to `lease` unless 0. Its result is the KeyValue written."""

    key: str
    value: Any
    lease: int = 0


@dataclass(slots=True)
class Delete:
    """Remove `key`. Its result is the KeyValue removed, or None."""

    key: str


@dataclass(slots=True)
class Get:
    """Read `key` inside a transaction. Its result is a KeyValue or None."""

    key: str


Operation = Put | Delete | Get


@dataclass(slots=True)
class TxnRequest(Message):
    """If all `compares` hold do `success`, else `failure`, atomically and under one revision."""

    handler = "on_txn"

    id: int
    source: str
    compares: list[Compare]
    success: list[Operation]
    failure: list[Operation] = field(default_factory=list)


@dataclass(slots=True)
class TxnResponse(Message):
    """`ok`: the compares held. `revision`: of the store afterwards. `results`: one per operation done. `error`: "" or
    a text."""

    handler = "on_txn_response"

    id: int
    ok: bool
    revision: int
    results: list[KeyValue | None]
    error: str = ""


@dataclass(slots=True)
class RangeRequest(Message):
    """Read `key`, or every key in [key, range_end) in order. `limit` 0 = all; `revision` 0 = now.

    serializable: answer from the member's own store without asking the leader (may be stale).
    """

    handler = "on_range"

    id: int
    source: str
    key: str
    range_end: str = ""
    limit: int = 0
    revision: int = 0
    count_only: bool = False
    serializable: bool = False


@dataclass(slots=True)
class RangeResponse(Message):
    """`revision` of the store at the read, `kvs`, `count` of keys in the whole range, `more` if the limit cut it."""

    handler = "on_range_response"

    id: int
    revision: int
    kvs: list[KeyValue]
    count: int
    more: bool = False
    error: str = ""


@dataclass(slots=True)
class WatchRequest(Message):
    """Watch keys that begin with `prefix`, from `start_revision` inclusive (0 = from now). `id` is unique per
    source."""

    handler = "on_watch"

    id: int
    source: str
    prefix: str
    start_revision: int = 0


@dataclass(slots=True)
class WatchEvents(Message):
    """All events of the watch up to `revision` that were not sent before, in revision order."""

    handler = "on_watch_events"

    watch_id: int
    revision: int
    events: list[WatchEvent]


@dataclass(slots=True)
class WatchCancel(Message):
    """The client ends a watch; no answer."""

    handler = "on_watch_cancel"

    id: int
    source: str


@dataclass(slots=True)
class WatchCancelled(Message):
    """The member ends or refuses a watch: `error` COMPACTED with the compact revision."""

    handler = "on_watch_cancelled"

    watch_id: int
    error: str
    compact_revision: int = 0


@dataclass(slots=True)
class LeaseGrant(Message):
    """Make a lease of `ttl` seconds (the answer says how many it became, at least 2) with the id `lease` (chosen by the client, not 0)."""

    handler = "on_lease_grant"

    id: int
    source: str
    lease: int
    ttl: int


@dataclass(slots=True)
class LeaseKeepAlive(Message):
    """Renew a lease: it expires a full TTL from now."""

    handler = "on_lease_keep_alive"

    id: int
    source: str
    lease: int


@dataclass(slots=True)
class LeaseRevoke(Message):
    """End a lease and delete its keys."""

    handler = "on_lease_revoke"

    id: int
    source: str
    lease: int


@dataclass(slots=True)
class LeaseResponse(Message):
    """Answer to the three lease requests."""

    handler = "on_lease_response"

    id: int
    lease: int
    ttl: int
    revision: int
    error: str = ""


@dataclass(slots=True)
class CompactRequest(Message):
    """Forget what was overwritten or deleted before `revision`; the state at `revision` itself stays readable."""

    handler = "on_compact"

    id: int
    source: str
    revision: int


@dataclass(slots=True)
class CompactResponse(Message):
    """Answer to a compaction."""

    handler = "on_compact_response"

    id: int
    revision: int
    error: str = ""


def mod_revision_is(key: str, revision: int) -> Compare:
    """Guard: nobody has written `key` since `revision` (0: it does not exist)."""
    return Compare(key, "mod", "=", revision)


def exists(key: str) -> Compare:
    """Guard: `key` is there."""
    return Compare(key, "create", ">", 0)


def absent(key: str) -> Compare:
    """Guard: `key` is not there."""
    return Compare(key, "create", "=", 0)


def prefix_end(prefix: str) -> str:
    """The `range_end` that makes a range of `prefix`: the first string after all that begin with it."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix else chr(0x10FFFF)
