"""What Raft members say to each other and what a step asks of its caller. All plain data; time is int microseconds.

Upstream: etcd-io/raft `raftpb/raft.proto` for the names, Ongaro & Ousterhout, "In Search of an Understandable Consensus
Algorithm" for the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROPOSE = "MsgProp"
APPEND = "MsgApp"
APPEND_REPLY = "MsgAppResp"
SNAPSHOT = "MsgSnap"
HEARTBEAT = "MsgHeartbeat"
HEARTBEAT_REPLY = "MsgHeartbeatResp"
PRE_VOTE = "MsgPreVote"
PRE_VOTE_REPLY = "MsgPreVoteResp"
VOTE = "MsgVote"
VOTE_REPLY = "MsgVoteResp"
READ_INDEX = "MsgReadIndex"
READ_INDEX_REPLY = "MsgReadIndexResp"

FOLLOWER = "follower"
PRE_CANDIDATE = "pre_candidate"
CANDIDATE = "candidate"
LEADER = "leader"


@dataclass(slots=True)
class Entry:
    """One slot of the replicated log. `data` None is the empty entry with which a leader begins its term."""

    term: int
    index: int
    data: Any = None


class Entries(list[Entry]):
    """A stretch of the log: it grows and is cut, its entries never change."""

    __slots__ = ()

    def copy(self) -> Entries:
        """Another stretch with the same entries."""
        return Entries(self)


@dataclass(slots=True)
class HardState:
    """What must survive a crash besides the log. `commit_index` is a hint: it may lag behind."""

    term: int = 0
    voted_for: str | None = None
    commit_index: int = 0


@dataclass(slots=True)
class Snapshot:
    """The state after applying everything up to `index`; `data` is filled by the caller, Raft never looks into it."""

    index: int = 0
    term: int = 0
    data: Any = None


@dataclass(slots=True)
class Message:
    """One message. `index`/`log_term`: the entry before `entries`, the last entry of a candidate, or the index
    acknowledged.

    `hint`: on a rejected append the index that the follower suggests (its term is in `log_term`). `context` numbers a
    read. `quiesce` on a heartbeat: everything is replicated, no more heartbeats follow. Term 0: a forwarded proposal
    or read.
    """

    kind: str
    source: str
    target: str
    term: int = 0
    index: int = 0
    log_term: int = 0
    entries: list[Entry] = field(default_factory=list)
    commit_index: int = 0
    reject: bool = False
    hint: int = 0
    context: int = 0
    quiesce: bool = False
    snapshot: Snapshot | None = None


@dataclass(slots=True)
class Note:
    """Something worth telling: a role taken ("follower", "pre_candidate", "candidate", "leader"), "quiesced",
    "awakened"."""

    what: str
    term: int
    leader: str | None = None


@dataclass(slots=True)
class Ready:
    """What a step wants done. `committed` and `messages` at once; `entries`, `hard_state` and `snapshot` on disk, in
    order, then `after` may be sent and `RaftNode.persisted(*mark)` is called.

    must_sync: there is something to write before `after`. A MsgSnap in `messages` wants its data: the state as it is
    before `committed` of this Ready is applied. `reads`: (context, index) of reads that may be served once `index` is
    applied. `refused`: proposals without a leader to take them. `alarm`: when `tick` wants to be called, None for
    never.
    """

    messages: list[Message] = field(default_factory=list)
    after: list[Message] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    hard_state: HardState | None = None
    snapshot: Snapshot | None = None
    mark: tuple[int, int] = (0, 0)
    must_sync: bool = False
    committed: list[Entry] = field(default_factory=list)
    reads: list[tuple[int, int]] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    alarm: int | None = None
