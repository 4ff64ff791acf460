"""Elections: terms, votes, pre-votes, the leader's lease and check-quorum (paper 5.2 and 5.4.1, thesis 6.2 and 9.6).

Upstream: etcd-io/raft `raft.go` (`Step`, `campaign`, `stepCandidate`, `tickElection`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft import replication
from cluster_core.etcd.raft.message import CANDIDATE, LEADER, PRE_CANDIDATE, Message
from cluster_core.etcd.raft.role import become_follower, draw_timeout, leave_office
from cluster_core.etcd.raft.timing import ELECTION_TIMEOUT

if TYPE_CHECKING:
    from cluster_core.etcd.raft.node import RaftNode

_FROM_LEADER = (kinds.APPEND, kinds.HEARTBEAT, kinds.SNAPSHOT)
_REQUESTS = (kinds.PRE_VOTE, kinds.VOTE)


def settle_terms(node: RaftNode, message: Message, now: int) -> bool:
    """Compare terms before anything else; False if the message ends here."""
    if message.term == 0:
        return True
    if message.term > node.term:
        return _newer_term(node, message, now)
    if message.term < node.term:
        _older_term(node, message)
        return False
    return True


def _newer_term(node: RaftNode, message: Message, now: int) -> bool:
    if message.kind in _REQUESTS and _in_lease(node, now):
        return False
    pre_vote_won = message.kind == kinds.PRE_VOTE_REPLY and not message.reject
    if message.kind != kinds.PRE_VOTE and not pre_vote_won:
        become_follower(node, message.term, message.source if message.kind in _FROM_LEADER else None, now)
    return True


def _older_term(node: RaftNode, message: Message) -> None:
    # Ignoring an old leader would leave it and a member with a newer term stuck, since pre-votes raise no terms.
    if message.kind in _FROM_LEADER:
        node.send(kinds.APPEND_REPLY, message.source)
    elif message.kind == kinds.PRE_VOTE:
        node.send(kinds.PRE_VOTE_REPLY, message.source, reject=True)


def _in_lease(node: RaftNode, now: int) -> bool:
    return node.role == LEADER or (node.leader is not None and now < node.heard_at + ELECTION_TIMEOUT)


def begin(node: RaftNode, now: int, pre_vote: bool) -> None:
    """Campaign: a pre-vote asks whether an election could be won, without raising the term; then the election
    itself."""
    leave_office(node)
    node.leader = None
    if pre_vote:
        node.role = PRE_CANDIDATE
    else:
        node.role = CANDIDATE
        node.term += 1
        node.voted_for = node.name
    draw_timeout(node, now)
    node.note(node.role)
    node.votes[node.name] = True
    kind, term = (kinds.PRE_VOTE, node.term + 1) if pre_vote else (kinds.VOTE, node.term)
    for peer in node.peers:
        node.send(kind, peer, term=term, index=node.log.last_index, log_term=node.log.last_term)
    _count_votes(node, now)


def on_vote_request(node: RaftNode, message: Message, now: int) -> None:
    """Vote for a candidate whose log is up to date, once per term; a pre-vote binds nobody."""
    pre_vote = message.kind == kinds.PRE_VOTE
    free = node.voted_for == message.source or (node.voted_for is None and node.leader is None)
    may_vote = free or (pre_vote and message.term > node.term)
    granted = may_vote and node.log.is_up_to_date(message.index, message.log_term)
    if granted and not pre_vote:
        node.voted_for = message.source
        node.election_at = now + node.timeout
    kind = kinds.PRE_VOTE_REPLY if pre_vote else kinds.VOTE_REPLY
    node.send(kind, message.source, term=message.term if granted else node.term, reject=not granted)


def on_vote_reply(node: RaftNode, message: Message, now: int) -> None:
    """Count a vote, if it is for the campaign that runs."""
    awaited = {PRE_CANDIDATE: kinds.PRE_VOTE_REPLY, CANDIDATE: kinds.VOTE_REPLY}.get(node.role)
    if message.kind == awaited and message.source not in node.votes:
        node.votes[message.source] = not message.reject
        _count_votes(node, now)


def _count_votes(node: RaftNode, now: int) -> None:
    granted = sum(node.votes.values())
    if granted >= node.quorum:
        if node.role == PRE_CANDIDATE:
            begin(node, now, pre_vote=False)
        else:
            _become_leader(node, now)
    elif len(node.votes) - granted >= node.quorum:
        become_follower(node, node.term, None, now)


def _become_leader(node: RaftNode, now: int) -> None:
    node.role, node.leader = LEADER, node.name
    node.votes.clear()
    node.note(LEADER)
    replication.take_office(node, now)
