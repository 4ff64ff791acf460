"""Heartbeats: what they carry and what a follower does with them."""

from __future__ import annotations

from cluster_core.etcd.raft.heartbeat import heartbeat
from cluster_core.etcd.raft.message import HEARTBEAT as KIND
from cluster_core.etcd.raft.message import HEARTBEAT_REPLY, Message
from cluster_core.etcd.raft.timing import HEARTBEAT
from tests.core.etcd.raft.group import Group


def led(*data: str) -> Group:
    group = Group(3)
    group.elect("1")
    for item in data:
        group.propose("1", item)
    group.settle()
    return group


def sent(group: Group) -> dict[str, Message]:
    return {message.target: message for message in group.node("1").ready.messages if message.kind == KIND}


def test_every_follower_hears_the_read_round_and_how_far_it_may_commit() -> None:
    group = led("a")
    group.propose("1", "b")
    group.settle(cut=("3",))
    group.node("1").read_round = 7
    heartbeat(group.node("1"))
    assert {name: (one.commit_index, one.context) for name, one in sent(group).items()} == {"2": (3, 7), "3": (2, 7)}


def test_the_last_heartbeat_before_the_quiet_goes_to_who_is_there() -> None:
    group = led("a")
    group.node("1").away = ("3",)
    before = group.node("1").heartbeats
    heartbeat(group.node("1"), quiesce=True)
    assert list(sent(group)) == ["2"] and group.node("1").heartbeats == before + 1
    heartbeat(group.node("1"))
    assert list(sent(group)) == ["2", "3"], "who is away may come back: an ordinary heartbeat goes to everybody"


def test_a_heartbeat_starts_the_followers_patience_again_and_is_answered_with_its_number() -> None:
    group = led("a")
    node = group.node("2")
    group.now += HEARTBEAT
    ready = node.step(Message(KIND, "1", "2", term=1, commit_index=2, context=5), group.now)
    assert [(one.kind, one.context) for one in ready.messages] == [(HEARTBEAT_REPLY, 5)]
    assert node.alarm == group.now + node.timeout


def test_a_follower_that_lacks_entries_does_not_go_quiet_with_the_others() -> None:
    group = led("a")
    node = group.node("2")
    for commit, quiet in ((3, False), (1, False), (2, True)):
        ready = node.step(Message(KIND, "1", "2", term=1, commit_index=commit, quiesce=True), group.now)
        assert (node.quiesced_at is not None) is quiet
        assert bool(ready.messages) is not quiet, "only a heartbeat that leads to quiet needs no answer"


def test_a_heartbeat_of_a_new_leader_is_enough_to_follow_it() -> None:
    group = led("a")
    node = group.node("2")
    group.handle("2", node.step(Message(KIND, "3", "2", term=2, commit_index=2), group.now))
    assert (node.term, node.leader, node.voted_for) == (2, "3", None)


def test_unanswered_heartbeats_leave_the_follower_marked_as_not_heard() -> None:
    group = led("a")
    node = group.node("1")
    heartbeat(node)
    assert [progress.recent_active for progress in node.progress.values()] == [False, False]
    group.handle("1", node.step(Message(HEARTBEAT_REPLY, "3", "1", term=1), group.now + 5))
    assert [(one.recent_active, one.last_active) for one in node.progress.values()] == [(False, 0), (True, 5)]
