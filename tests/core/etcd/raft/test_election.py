"""Elections: who votes for whom, and what terms do to messages. A row is one message to a follower."""

from __future__ import annotations

import pytest

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft.message import PRE_VOTE, PRE_VOTE_REPLY, VOTE, VOTE_REPLY, Message
from cluster_core.etcd.raft.timing import ELECTION_TIMEOUT
from tests.core.etcd.raft.group import Group


def with_logs(size: int = 3) -> Group:
    """Term 1, one committed entry ("a" at index 2) everywhere, leader 1, its lease run out."""
    group = Group(size)
    group.elect("1")
    group.propose("1", "a")
    group.settle()
    group.now += ELECTION_TIMEOUT
    return group


def answer(group: Group, message: Message) -> Message | None:
    """What a member answers at once or after its disk write."""
    group.network.clear()
    group.deliver(message)
    return group.network[0] if group.network else None


@pytest.mark.parametrize("kind", [PRE_VOTE, VOTE])
@pytest.mark.parametrize(
    ("index", "log_term", "granted"),
    [
        (2, 1, True),
        (9, 1, True),
        (1, 2, True),
        (1, 1, False),
        (9, 0, False),
    ],
    ids=["the same log", "a longer log", "a newer last term", "a shorter log", "longer, but of an older term"],
)
def test_only_a_log_that_is_up_to_date_gets_a_vote(kind: str, index: int, log_term: int, granted: bool) -> None:
    reply = answer(with_logs(), Message(kind, "3", "2", term=2, index=index, log_term=log_term))
    assert reply is not None and reply.reject is not granted


@pytest.mark.parametrize("kind", [PRE_VOTE, VOTE])
def test_who_hears_a_leader_does_not_even_listen_to_a_candidate(kind: str) -> None:
    group = with_logs()
    group.now -= 1
    node = group.node("2")
    assert answer(group, Message(kind, "3", "2", term=5, index=9, log_term=9)) is None
    assert (node.term, node.leader) == (1, "1"), "a member that was away cannot unseat a leader that works"


def test_a_vote_is_given_once_per_term_and_to_the_same_again() -> None:
    group = with_logs()
    rows = [("3", 2, True), ("1", 2, False), ("3", 2, True), ("1", 3, True)]
    for candidate, term, granted in rows:
        reply = answer(group, Message(VOTE, candidate, "2", term=term, index=2, log_term=1))
        assert reply is not None and (reply.term, reply.reject) == (term, not granted)
        group.now += 2 * ELECTION_TIMEOUT


def test_a_pre_vote_binds_nobody_and_raises_no_term() -> None:
    group = with_logs()
    for candidate in ("1", "3"):
        reply = answer(group, Message(PRE_VOTE, candidate, "2", term=2, index=2, log_term=1))
        assert reply is not None and (reply.kind, reply.term, reply.reject) == (PRE_VOTE_REPLY, 2, False)
    assert (group.node("2").term, group.node("2").voted_for) == (1, "1")


def test_a_vote_postpones_the_voters_own_campaign_and_a_refusal_does_not() -> None:
    group = with_logs()
    node = group.node("2")
    answer(group, Message(VOTE, "3", "2", term=2, index=2, log_term=1))
    assert node.election_at == group.now + node.timeout
    before = node.election_at
    group.now += 1_000
    answer(group, Message(VOTE, "1", "2", term=2, index=2, log_term=1))
    assert node.election_at == before


@pytest.mark.parametrize(
    ("kind", "answered_with"),
    [
        (kinds.APPEND, kinds.APPEND_REPLY),
        (kinds.HEARTBEAT, kinds.APPEND_REPLY),
        (PRE_VOTE, PRE_VOTE_REPLY),
        (VOTE, None),
        (VOTE_REPLY, None),
        (kinds.APPEND_REPLY, None),
        (kinds.HEARTBEAT_REPLY, None),
    ],
)
def test_a_message_of_an_older_term_changes_nothing(kind: str, answered_with: str | None) -> None:
    group = with_logs()
    answer(group, Message(VOTE, "3", "2", term=4, index=2, log_term=1))
    reply = answer(group, Message(kind, "1", "2", term=1, index=2, log_term=1, commit_index=2))
    assert (reply.kind if reply else None) == answered_with
    assert reply is None or reply.term == 4, "so that an old leader learns the new term"
    assert (group.node("2").term, group.node("2").voted_for, group.node("2").log.last_index) == (4, "3", 2)


def test_a_newer_term_makes_a_leader_a_follower_of_nobody_yet() -> None:
    group = with_logs()
    node = group.node("1")
    answer(group, Message(kinds.APPEND_REPLY, "2", "1", term=3))
    assert (node.role, node.term, node.leader, node.voted_for, node.progress) == ("follower", 3, None, None, {})


def test_a_candidate_follows_the_leader_of_its_own_term() -> None:
    group = with_logs()
    group.handle("2", group.node("2").campaign(group.now))
    group.deliver(Message(PRE_VOTE_REPLY, "3", "2", term=2))
    assert group.node("2").role == "candidate"
    answer(group, Message(kinds.APPEND, "3", "2", term=2, index=2, log_term=1))
    assert (group.node("2").role, group.node("2").leader, group.node("2").term) == ("follower", "3", 2)


@pytest.mark.parametrize(
    ("replies", "role", "term"),
    [
        ([], "pre_candidate", 1),
        ([("2", True)], "pre_candidate", 1),
        ([("2", False)], "pre_candidate", 1),
        ([("2", True), ("2", True)], "pre_candidate", 1),
        ([("2", False), ("3", False), ("4", False)], "follower", 1),
        ([("2", True), ("3", True)], "candidate", 2),
        ([("2", False), ("3", True), ("4", False), ("1", True)], "candidate", 2),
    ],
)
def test_five_members_count_pre_votes(replies: list[tuple[str, bool]], role: str, term: int) -> None:
    group = with_logs(5)
    node = group.node("5")
    group.handle("5", node.campaign(group.now))
    for voter, granted in replies:
        group.deliver(Message(PRE_VOTE_REPLY, voter, "5", term=2 if granted else 1, reject=not granted))
    assert (node.role, node.term) == (role, term)


def test_votes_for_an_earlier_campaign_are_not_counted() -> None:
    group = with_logs()
    node = group.node("2")
    group.handle("2", node.campaign(group.now))
    group.deliver(Message(VOTE_REPLY, "3", "2", term=1))
    assert node.role == "pre_candidate", "a vote is no pre-vote"
    group.deliver(Message(PRE_VOTE_REPLY, "3", "2", term=2))
    group.deliver(Message(PRE_VOTE_REPLY, "1", "2", term=2))
    assert node.role == "candidate", "a late pre-vote is no vote"
    group.deliver(Message(VOTE_REPLY, "1", "2", term=2))
    assert node.role == "leader"


def test_a_single_member_needs_nobody() -> None:
    group = Group(1)
    group.advance(2 * ELECTION_TIMEOUT)
    assert (group.node("1").role, group.node("1").term, group.node("1").log.commit_index) == ("leader", 1, 1)
