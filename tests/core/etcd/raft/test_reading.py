"""Linearizable reads: a leader answers only what it knows to be the newest, and only while it leads."""

from __future__ import annotations

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft.message import Message
from tests.core.etcd.raft.group import Group


def led(size: int = 3) -> Group:
    group = Group(size)
    group.elect("1")
    return group


def ask(group: Group, name: str, context: int) -> None:
    group.handle(name, group.node(name).read_index(context, group.now))


def test_the_index_is_that_of_the_moment_of_asking() -> None:
    group = led()
    ask(group, "1", 1)
    group.propose("1", "a")
    group.settle()
    ask(group, "1", 2)
    group.settle()
    assert group.members["1"].reads == [(1, 1), (2, 2)]


def test_a_follower_asks_its_leader_and_gets_the_answer_alone() -> None:
    group = led()
    ask(group, "3", 9)
    assert [(one.kind, one.target, one.term) for one in group.network] == [(kinds.READ_INDEX, "1", 0)]
    group.settle()
    assert [group.members[name].reads for name in group.names] == [[], [], [(9, 1)]]


def test_without_a_leader_nobody_is_asked() -> None:
    group = Group(3)
    ask(group, "2", 1)
    assert group.network == [] and group.members["2"].reads == []


def test_who_does_not_lead_any_more_does_not_answer() -> None:
    group = led()
    group.deliver(Message(kinds.READ_INDEX, "3", "2", context=4))
    assert group.network == [] and group.node("2").reads == []


def test_a_new_leader_waits_for_an_entry_of_its_own_term() -> None:
    group = led()
    group.propose("1", "a")
    group.settle()
    group.crash("1")
    group.now += 2_000_000
    group.handle("2", group.node("2").campaign(group.now))
    while group.node("2").role != "leader":
        group.deliver(group.network.pop(0))
    ask(group, "2", 5)
    assert group.node("2").reads[0].index is None, "it may not know the newest commit index yet"
    group.settle()
    assert group.members["2"].reads == [(5, 3)]


def test_confirmations_of_an_earlier_round_or_of_one_member_twice_are_not_enough() -> None:
    group = led(5)
    ask(group, "1", 1)
    ask(group, "1", 2)
    group.network.clear()
    node = group.node("1")
    for source, heartbeat_round, served in (
        ("2", 1, []),
        ("2", 2, []),
        ("2", 2, []),
        ("3", 1, [(1, 1)]),
        ("3", 2, [(1, 1), (2, 1)]),
    ):
        reply = Message(kinds.HEARTBEAT_REPLY, source, "1", term=1, context=heartbeat_round)
        group.handle("1", node.step(reply, group.now))
        assert group.members["1"].reads == served


def test_a_later_round_confirms_the_earlier_reads_too() -> None:
    group = led()
    for context in (1, 2, 3):
        ask(group, "1", context)
    group.network.clear()
    reply = Message(kinds.HEARTBEAT_REPLY, "2", "1", term=1, context=3)
    group.handle("1", group.node("1").step(reply, group.now))
    assert group.members["1"].reads == [(1, 1), (2, 1), (3, 1)] and group.node("1").reads == []


def test_a_single_member_answers_at_once() -> None:
    group = led(1)
    ask(group, "1", 1)
    assert group.members["1"].reads == [(1, 1)] and group.network == []


def test_reads_of_a_leader_that_steps_down_are_dropped() -> None:
    group = led()
    ask(group, "1", 1)
    group.deliver(Message(kinds.APPEND_REPLY, "2", "1", term=9))
    assert group.node("1").reads == []
    group.deliver(Message(kinds.HEARTBEAT_REPLY, "3", "1", term=1, context=1))
    assert group.members["1"].reads == []
