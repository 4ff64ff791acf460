"""When a group may be quiet, and that it awakens as if heartbeats had flowed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster_core.etcd.raft import quiescence
from cluster_core.etcd.raft.message import HEARTBEAT as KIND
from cluster_core.etcd.raft.message import Message
from cluster_core.etcd.raft.node import RaftNode
from cluster_core.etcd.raft.reading import PendingRead
from cluster_core.etcd.raft.timing import HEARTBEAT
from tests.core.etcd.raft.group import Group


def ready_for_quiet(size: int = 3) -> Group:
    """A leader with nothing to do whose followers have answered the last heartbeat."""
    group = Group(size)
    group.elect("1")
    for progress in group.node("1").progress.values():
        progress.recent_active = True
    return group


def unanswered(node: RaftNode) -> None:
    node.progress["3"].recent_active = False


def behind(node: RaftNode) -> None:
    node.progress["3"].match_index -= 1


def unapplied(node: RaftNode) -> None:
    node.log.applied -= 1


def disturbed(node: RaftNode) -> None:
    node.calm = False


def reading(node: RaftNode) -> None:
    node.reads.append(PendingRead(1, "2"))


def quiet_already(node: RaftNode) -> None:
    node.quiesced_at = 0


def without_quorum(node: RaftNode) -> None:
    node.away = ("2", "3")


@pytest.mark.parametrize("obstacle", [unanswered, behind, unapplied, disturbed, reading, quiet_already, without_quorum])
def test_what_keeps_a_leader_from_being_quiet(obstacle: Callable[[RaftNode], None]) -> None:
    node = ready_for_quiet().node("1")
    assert quiescence.can_quiesce(node)
    obstacle(node)
    assert not quiescence.can_quiesce(node)


@pytest.mark.parametrize("gap", [unanswered, behind])
def test_who_is_known_to_be_away_is_not_waited_for(gap: Callable[[RaftNode], None]) -> None:
    node = ready_for_quiet().node("1")
    gap(node)
    node.away = ("3",)
    assert quiescence.can_quiesce(node)


def test_a_follower_never_quiets_a_group() -> None:
    assert not quiescence.can_quiesce(ready_for_quiet().node("2"))


@pytest.mark.parametrize(
    ("message", "sleeps_on"),
    [
        (Message(KIND, "1", "2", term=1, quiesce=True), True),
        (Message(KIND, "1", "2", term=1), False),
        (Message(KIND, "3", "2", term=1, quiesce=True), False),
        (Message(KIND, "1", "2", term=2, quiesce=True), False),
    ],
    ids=["once more", "an ordinary heartbeat", "of another member", "of another term"],
)
def test_what_wakes_a_quiet_follower(message: Message, sleeps_on: bool) -> None:
    assert quiescence.leaves_quiet(ready_for_quiet().node("2"), message) is sleeps_on


@pytest.mark.parametrize("slept", [0, 1, HEARTBEAT - 1, HEARTBEAT, 7 * HEARTBEAT + 30_000])
def test_a_follower_awakens_with_the_patience_that_the_last_heartbeat_would_have_left(slept: int) -> None:
    group = ready_for_quiet()
    node = group.node("2")
    node.quiesced_at = 500
    quiescence.awaken(node, 500 + slept)
    assert node.heard_at == 500 + slept // HEARTBEAT * HEARTBEAT
    assert node.alarm == node.heard_at + node.timeout and node.alarm > 500 + slept


@pytest.mark.parametrize("slept", [0, HEARTBEAT - 1, HEARTBEAT, 7 * HEARTBEAT + 30_000])
def test_a_leader_awakens_with_its_heartbeats_counted_and_the_next_one_on_the_beat(slept: int) -> None:
    group = ready_for_quiet()
    node = group.node("1")
    node.away, node.quiesced_at, node.heartbeats = ("3",), 500, 10
    was_active = node.progress["3"].last_active
    assert node.heartbeats_sent(500 + slept) == 10 + slept // HEARTBEAT
    quiescence.awaken(node, 500 + slept)
    assert node.heartbeats == 10 + slept // HEARTBEAT, "one per beat to the one follower that is there"
    assert 500 + slept < node.heartbeat_at <= 500 + slept + HEARTBEAT and (node.heartbeat_at - 500) % HEARTBEAT == 0
    assert node.progress["2"].last_active == 500 + slept // HEARTBEAT * HEARTBEAT
    assert node.progress["3"].last_active == was_active, "who is away has answered nothing"


def test_awakening_twice_changes_nothing_more() -> None:
    node = ready_for_quiet().node("2")
    node.quiesced_at = 0
    quiescence.awaken(node, 250_000)
    deadline = node.election_at
    quiescence.awaken(node, 900_000)
    assert node.election_at == deadline
