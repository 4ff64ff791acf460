"""Roles and the deadlines that decide about them."""

from __future__ import annotations

import pytest

from cluster_core.etcd.raft.progress import Progress
from cluster_core.etcd.raft.role import FOREVER, become_follower, draw_timeout, hear_leader, quorum_lost_at
from cluster_core.etcd.raft.timing import ELECTION_TIMEOUT
from tests.core.etcd.raft.group import Group


@pytest.mark.parametrize(
    ("heard", "latest"),
    [
        ([], None),
        ([40], 40),
        ([10, 40], 40),
        ([40, 10, 30], 30),
        ([10, 20, 30, 40], 30),
        ([40, 40, 0, 0], 40),
        ([1, 2, 3, 4, 5, 6], 4),
    ],
    ids=["alone", "of two", "of three", "of four: two others", "of five: two others", "two silent", "of seven"],
)
def test_a_leader_stays_for_an_election_timeout_after_it_last_heard_a_quorum(
    heard: list[int], latest: int | None
) -> None:
    node = Group(len(heard) + 1).node("1")
    node.progress = {peer: Progress(1, at) for peer, at in zip(node.peers, heard, strict=True)}
    assert quorum_lost_at(node) == (FOREVER if latest is None else latest + ELECTION_TIMEOUT)


def test_a_new_term_frees_the_vote_and_the_same_term_does_not() -> None:
    node = Group().node("1")
    node.term, node.voted_for = 3, "2"
    become_follower(node, 3, None, 0)
    assert node.voted_for == "2", "one vote per term, whatever happens in it"
    become_follower(node, 4, "3", 0)
    assert (node.voted_for, node.term, node.leader) == (None, 4, "3")


def test_stepping_down_drops_what_only_leaders_and_candidates_have() -> None:
    group = Group()
    group.elect("1")
    node = group.node("1")
    node.votes["2"] = True
    become_follower(node, 2, None, group.now)
    assert (node.votes, node.progress, node.reads) == ({}, {}, [])
    assert [(note.what, note.term, note.leader) for note in node.ready.notes] == [("follower", 2, None)]


def test_hearing_the_leader_keeps_the_timeout_and_starts_it_again() -> None:
    node = Group().node("2")
    node.term = 1
    hear_leader(node, "1", 100)
    timeout = node.timeout
    assert (node.leader, node.heard_at, node.election_at) == ("1", 100, 100 + timeout)
    told = len(node.ready.notes)
    hear_leader(node, "1", 250)
    assert (node.timeout, node.election_at) == (timeout, 250 + timeout)
    assert len(node.ready.notes) == told, "the same leader is no news"


def test_every_campaign_draws_a_new_timeout() -> None:
    node = Group(3, [[0, 300_000, 999_999]] * 3).node("1")
    drawn = [node.timeout]
    for now in (10, 20):
        draw_timeout(node, now)
        drawn.append(node.timeout)
        assert node.election_at == now + node.timeout
    assert drawn == [ELECTION_TIMEOUT, ELECTION_TIMEOUT + 300_000, ELECTION_TIMEOUT + 999_999]
