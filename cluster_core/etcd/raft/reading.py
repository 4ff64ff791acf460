"""Linearizable reads: the leader notes its commit index and confirms by a heartbeat round that it still leads (thesis
6.4).

Upstream: etcd-io/raft `read_only.go` (ReadOnlySafe).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft.heartbeat import heartbeat
from cluster_core.etcd.raft.message import LEADER, Message

if TYPE_CHECKING:
    from cluster_core.etcd.raft.node import RaftNode


@dataclass(slots=True)
class PendingRead:
    """A read of `source` that waits for a quorum to answer heartbeat round `round` or a later one. `index` None: the
    leader has not committed in its term yet, so it does not know the newest commit index."""

    context: int
    source: str
    index: int | None = None
    round: int = 0
    confirmed: list[str] = field(default_factory=list)


def begin(node: RaftNode, context: int) -> None:
    """A read of this member: start as leader, ask the leader as follower."""
    if node.role == LEADER:
        _start(node, PendingRead(context, node.name))
    elif node.leader is not None:
        node.send(kinds.READ_INDEX, node.leader, term=0, context=context)


def on_read_index(node: RaftNode, message: Message, now: int) -> None:
    """A follower asks. Only a leader answers; the follower asks again."""
    if node.role == LEADER:
        _start(node, PendingRead(message.context, message.source))


def on_read_index_reply(node: RaftNode, message: Message, now: int) -> None:
    """The leader answered a read of this member."""
    node.ready.reads.append((message.context, message.index))


def release_postponed(node: RaftNode) -> None:
    """The leader has committed in its term: reads that waited for that may start."""
    for read in [read for read in node.reads if read.index is None]:
        node.reads.remove(read)
        _start(node, read)


def confirm(node: RaftNode, peer: str, heartbeat_round: int) -> None:
    """A follower answered a heartbeat: it confirms every read up to that round."""
    for read in node.reads:
        if read.index is not None and read.round <= heartbeat_round and peer not in read.confirmed:
            read.confirmed.append(peer)
    done = [read for read in node.reads if read.index is not None and len(read.confirmed) + 1 >= node.quorum]
    for read in done:
        node.reads.remove(read)
        _answer(node, read)


def _start(node: RaftNode, read: PendingRead) -> None:
    if node.log.term_at(node.log.commit_index) != node.term:
        node.reads.append(read)
        return
    read.index = node.log.commit_index
    if node.quorum == 1:
        _answer(node, read)
        return
    node.read_round += 1
    read.round = node.read_round
    node.reads.append(read)
    heartbeat(node)


def _answer(node: RaftNode, read: PendingRead) -> None:
    assert read.index is not None
    if read.source == node.name:
        node.ready.reads.append((read.context, read.index))
    else:
        node.send(kinds.READ_INDEX_REPLY, read.source, context=read.context, index=read.index)
