"""Quiescence: a fully replicated idle group needs no messages, as in CockroachDB's `replica_raft_quiesce.go`.

Real etcd sends a heartbeat every 100 ms; here a quiet leader's heartbeats are a closed formula. On awakening every
deadline is what it would be had they flowed. Only a group whose links are calm may be quiet: whoever changes a link
must tell the members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.etcd.raft.heartbeat import heartbeat
from cluster_core.etcd.raft.message import LEADER, Message
from cluster_core.etcd.raft.timing import HEARTBEAT

if TYPE_CHECKING:
    from cluster_core.etcd.raft.node import RaftNode


def can_quiesce(node: RaftNode) -> bool:
    """Whether this is a leader with nothing to do: all replicated, committed and applied, everyone heard of late."""
    log = node.log
    present = [node.progress[peer] for peer in node.peers if peer not in node.away] if node.role == LEADER else []
    return (
        node.role == LEADER
        and node.quiesced_at is None
        and node.calm
        and not node.reads
        and len(present) + 1 >= node.quorum
        and log.applied == log.last_index
        and all(peer.match_index == log.last_index and peer.recent_active for peer in present)
    )


def quiesce(node: RaftNode, now: int) -> None:
    """The leader's last heartbeat tells the followers that none follow."""
    heartbeat(node, quiesce=True)
    node.quiesced_at = now
    node.note("quiesced")


def leaves_quiet(node: RaftNode, message: Message) -> bool:
    """Whether a message is no reason to wake up: the quiescing heartbeat itself, once more."""
    return message.quiesce and message.source == node.leader and message.term == node.term


def awaken(node: RaftNode, now: int) -> None:
    """Put every deadline where it would be if heartbeats had flowed on their period since the group went quiet."""
    if node.quiesced_at is None:
        return
    latest = now - (now - node.quiesced_at) % HEARTBEAT
    if node.role == LEADER:
        node.heartbeats += derived_heartbeats(node, now)
        node.heartbeat_at = latest + HEARTBEAT
        for peer in node.peers:
            if peer not in node.away:
                node.progress[peer].last_active = latest
    else:
        node.heard_at = latest
        node.election_at = latest + node.timeout
    node.quiesced_at = None
    node.note("awakened")


def derived_heartbeats(node: RaftNode, now: int) -> int:
    """Heartbeats that a quiet leader would have sent since it went quiet."""
    if node.quiesced_at is None or node.role != LEADER:
        return 0
    return (now - node.quiesced_at) // HEARTBEAT * (len(node.peers) - len(node.away))
