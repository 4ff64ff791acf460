"""Log replication: appends, acknowledgements, commit by quorum, heartbeats, snapshots (paper 5.3, 5.4.2 and 7).

Upstream: etcd-io/raft `raft.go` (`maybeSendAppend`, `stepLeader`, `handleAppendEntries`, `handleSnapshot`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft import reading
from cluster_core.etcd.raft.message import LEADER, Entry, Message, Snapshot
from cluster_core.etcd.raft.progress import REPLICATE, SNAPSHOT, Progress
from cluster_core.etcd.raft.role import hear_leader
from cluster_core.etcd.raft.timing import HEARTBEAT

if TYPE_CHECKING:
    from cluster_core.etcd.raft.node import RaftNode

ENTRIES_PER_APPEND_MAX = 128
SNAPSHOT_HEARTBEATS_MAX = 10


def take_office(node: RaftNode, now: int) -> None:
    """A new leader probes every follower and appends an empty entry, by which older entries can be committed."""
    node.progress = {peer: Progress(node.log.last_index + 1, now) for peer in node.peers}
    node.heartbeat_at = now + HEARTBEAT
    node.log.append(node.term, [None])
    broadcast(node)


def propose(node: RaftNode, data: Sequence[Any]) -> None:
    """Append as leader, forward as follower, refuse without a leader."""
    if node.role == LEADER:
        node.log.append(node.term, data)
        broadcast(node)
    elif node.leader is not None:
        entries = [Entry(0, 0, item) for item in data]
        node.send(kinds.PROPOSE, node.leader, term=0, entries=entries)
    else:
        node.ready.refused.extend(data)


def on_propose(node: RaftNode, message: Message, now: int) -> None:
    """A follower forwards proposals. Without a leader they are lost: the client's request times out, as in etcd."""
    if node.role == LEADER:
        propose(node, [entry.data for entry in message.entries])
    elif node.leader is not None:
        node.send(kinds.PROPOSE, node.leader, term=0, entries=message.entries)


def broadcast(node: RaftNode) -> None:
    """Send every follower what it lacks, if only the news of a higher commit index."""
    for peer in node.peers:
        if not node.progress[peer].paused:
            send_append(node, peer)


def send_append(node: RaftNode, peer: str) -> None:
    """One append to a follower, or a snapshot if the log no longer reaches back that far."""
    progress = node.progress[peer]
    previous = progress.next_index - 1
    previous_term = node.log.term_at(previous)
    if previous_term is None:
        _send_snapshot(node, peer)
        return
    entries = node.log.since(progress.next_index, ENTRIES_PER_APPEND_MAX)
    node.send(
        kinds.APPEND, peer, index=previous, log_term=previous_term, entries=entries, commit_index=node.log.commit_index
    )
    progress.sent(previous + len(entries), len(entries))


def _send_snapshot(node: RaftNode, peer: str) -> None:
    index = node.log.applied
    term = node.log.term_at(index)
    assert term is not None
    node.send(kinds.SNAPSHOT, peer, snapshot=Snapshot(index, term))
    node.progress[peer].sent_snapshot(index)


def on_append(node: RaftNode, message: Message, now: int) -> None:
    """Take entries of the leader, or say where the logs may agree."""
    hear_leader(node, message.source, now)
    log = node.log
    if message.index < log.commit_index:
        node.send(kinds.APPEND_REPLY, message.source, index=log.commit_index)
        return
    matched = log.accept(message.index, message.log_term, message.entries)
    if matched is None:
        hint, term = log.conflict_hint(message.index, message.log_term)
        node.send(kinds.APPEND_REPLY, message.source, index=message.index, reject=True, hint=hint, log_term=term)
        return
    log.commit_to(min(message.commit_index, matched))
    node.send(kinds.APPEND_REPLY, message.source, index=matched)


def on_append_reply(node: RaftNode, message: Message, now: int) -> None:
    """Move a follower's progress, commit what a quorum has, send what is missing."""
    progress = node.progress.get(message.source)
    if progress is None:
        return
    progress.heard(now)
    if message.reject:
        hint, _ = node.log.conflict_hint(message.hint, message.log_term)
        if progress.reject(message.index, hint):
            send_append(node, message.source)
        return
    was_paused = progress.paused
    if not progress.acknowledge(message.index):
        return
    if advance_commit(node):
        broadcast(node)
        reading.release_postponed(node)
    elif was_paused and not progress.paused:
        send_append(node, message.source)
    while progress.state == REPLICATE and not progress.paused and progress.next_index <= node.log.last_index:
        send_append(node, message.source)


def advance_commit(node: RaftNode) -> bool:
    """Commit what a quorum has on disk, if it is of the leader's own term (paper, figure 8)."""
    matches = sorted([node.log.stable, *(progress.match_index for progress in node.progress.values())], reverse=True)
    index = matches[node.quorum - 1]
    if index > node.log.commit_index and node.log.term_at(index) == node.term:
        node.log.commit_to(index)
        return True
    return False


def on_heartbeat_reply(node: RaftNode, message: Message, now: int) -> None:
    """A follower lives: confirm reads, and try again what may have been lost."""
    progress = node.progress.get(message.source)
    if progress is None:
        return
    progress.heard(now)
    reading.confirm(node, message.source, message.context)
    _retry(node, message.source, progress)


def _retry(node: RaftNode, peer: str, progress: Progress) -> None:
    # Real etcd is told by its transport that a snapshot failed; here one that stays unanswered for long counts as lost.
    if progress.state == SNAPSHOT:
        progress.snapshot_heartbeats += 1
        if progress.snapshot_heartbeats < SNAPSHOT_HEARTBEATS_MAX:
            return
        progress.probe()
    progress.probe_sent = False
    if progress.paused:
        progress.inflight.pop(0)
    if progress.match_index < node.log.last_index or progress.state != REPLICATE:
        send_append(node, peer)


def on_snapshot(node: RaftNode, message: Message, now: int) -> None:
    """Replace log and state by the leader's snapshot, unless this member is already that far."""
    hear_leader(node, message.source, now)
    snapshot, log = message.snapshot, node.log
    assert snapshot is not None
    if snapshot.index <= log.commit_index or log.term_at(snapshot.index) == snapshot.term:
        log.commit_to(snapshot.index)
        node.send(kinds.APPEND_REPLY, message.source, index=log.commit_index)
        return
    log.restore(snapshot)
    node.ready.snapshot = snapshot
    node.send(kinds.APPEND_REPLY, message.source, index=snapshot.index)
