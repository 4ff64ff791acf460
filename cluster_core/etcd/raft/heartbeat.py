"""Heartbeats: the leader's sign of life, which also carries the commit index and the number of the latest read.

Upstream: etcd-io/raft `raft.go` (`bcastHeartbeat`, `handleHeartbeat`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft.message import Message
from cluster_core.etcd.raft.role import hear_leader

if TYPE_CHECKING:
    from cluster_core.etcd.raft.node import RaftNode


def heartbeat(node: RaftNode, quiesce: bool = False) -> None:
    """Tell every follower that the leader lives; carries the number of the latest read that waits for confirmation."""
    for peer in node.peers:
        if quiesce and peer in node.away:
            continue
        commit = min(node.progress[peer].match_index, node.log.commit_index)
        node.send(kinds.HEARTBEAT, peer, commit_index=commit, context=node.read_round, quiesce=quiesce)
        node.heartbeats += 1
        node.progress[peer].recent_active = False


def on_heartbeat(node: RaftNode, message: Message, now: int) -> None:
    """A sign of life; a quiet group needs no answer."""
    hear_leader(node, message.source, now)
    node.log.commit_to(message.commit_index)
    if message.quiesce and node.log.last_index == node.log.commit_index == message.commit_index:
        node.quiesced_at = now
        node.note("quiesced")
        return
    node.send(kinds.HEARTBEAT_REPLY, message.source, context=message.context)
