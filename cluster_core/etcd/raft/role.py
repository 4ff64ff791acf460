"""Roles: following a leader, stepping down, and the deadlines that decide about both.

Upstream: etcd-io/raft `raft.go` (`becomeFollower`, `reset`, `QuorumActive`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.etcd.raft.message import FOLLOWER
from cluster_core.etcd.raft.timing import ELECTION_TIMEOUT

if TYPE_CHECKING:
    from cluster_core.etcd.raft.node import RaftNode

FOREVER = 2**62


def hear_leader(node: RaftNode, leader: str, now: int) -> None:
    """A message of the current leader: follow it and start the election timeout again."""
    if node.role != FOLLOWER:
        become_follower(node, node.term, leader, now)
    elif node.leader != leader:
        node.leader = leader
        node.note(FOLLOWER)
    node.heard_at = now
    node.election_at = now + node.timeout


def become_follower(node: RaftNode, term: int, leader: str | None, now: int) -> None:
    """Follow `leader` (None: not known yet) in `term`; a new term frees the vote."""
    if term != node.term:
        node.term, node.voted_for = term, None
    node.role, node.leader = FOLLOWER, leader
    leave_office(node)
    node.heard_at = now
    draw_timeout(node, now)
    node.note(FOLLOWER)


def quorum_lost_at(node: RaftNode) -> int:
    """When a leader that hears nothing more has been without a quorum for an election timeout (check-quorum).

    Real etcd looks once per election timeout, so that a leader which is cut off may stay up to twice as long.
    """
    needed = node.quorum - 1
    if needed == 0:
        return FOREVER
    heard = [progress.last_active for progress in node.progress.values()]
    if needed == 1:
        return max(heard) + ELECTION_TIMEOUT
    heard.sort(reverse=True)
    return heard[needed - 1] + ELECTION_TIMEOUT


def draw_timeout(node: RaftNode, now: int) -> None:
    """Draw a new election timeout, between one and two times the base, and begin to wait."""
    node.timeout = ELECTION_TIMEOUT + node.draw(0, ELECTION_TIMEOUT - 1)
    node.election_at = now + node.timeout


def leave_office(node: RaftNode) -> None:
    """Drop what only a candidate or a leader keeps."""
    node.votes.clear()
    node.progress.clear()
    node.reads.clear()
