"""Rules of a Raft node that a transcript does not show well."""

from __future__ import annotations

import pickle

from cluster_core.etcd.raft.message import APPEND, APPEND_REPLY, SNAPSHOT, VOTE, Entry, Message, Snapshot
from cluster_core.etcd.raft.timing import ELECTION_TIMEOUT, HEARTBEAT
from tests.core.etcd.raft.group import Group


def elected(size: int = 3) -> Group:
    group = Group(size)
    group.elect("1")
    return group


def test_a_leader_commits_only_entries_of_its_own_term_by_counting() -> None:
    group = elected()
    group.propose("1", "a")
    group.network.clear()
    group.crash("1")
    group.start("1")
    group.now += 2 * ELECTION_TIMEOUT
    group.handle("1", group.node("1").campaign(group.now))
    while group.node("1").role != "leader":
        group.deliver(group.network.pop(0))
    node = group.node("1")
    assert [(entry.term, entry.data) for entry in node.log.entries] == [(1, None), (1, "a"), (2, None)]
    node.step(Message(APPEND_REPLY, "2", "1", term=2, index=2), group.now)
    assert node.log.commit_index == 1, "a quorum has entry 2, but it is of term 1"
    node.step(Message(APPEND_REPLY, "2", "1", term=2, index=3), group.now)
    assert node.log.commit_index == 3


def test_election_timeouts_are_between_one_and_two_seconds() -> None:
    for jitter in (0, 999_999, 1_000_000, 5_000_000):
        timeout = Group(3, [[jitter]] * 3).node("1").timeout
        assert ELECTION_TIMEOUT <= timeout < 2 * ELECTION_TIMEOUT


def test_awakening_puts_deadlines_where_heartbeats_would_have() -> None:
    quiet, awake = elected(), elected()
    for name in awake.names:
        awake.node(name).calm = False
    for group in (quiet, awake):
        group.advance(10_030_000)
        for name in group.names:
            group.handle(name, group.node(name).awaken(group.now))
    assert quiet.node("1").heartbeats_sent(quiet.now) == awake.node("1").heartbeats_sent(awake.now) == 200
    assert [quiet.node(name).alarm for name in quiet.names] == [awake.node(name).alarm for name in awake.names]
    assert quiet.node("1").alarm == 10_000_000 + HEARTBEAT


def test_a_group_with_disturbed_links_does_not_go_quiet() -> None:
    group = elected()
    group.handle("1", group.node("1").observe_network([], False, group.now))
    group.advance(ELECTION_TIMEOUT)
    assert group.node("1").alarm is not None and group.node("1").quiesced_at is None


def test_quiescence_is_refused_while_an_entry_is_not_everywhere() -> None:
    group = elected()
    group.propose("1", "a")
    group.handle("1", group.node("1").quiesce(group.now))
    assert group.node("1").quiesced_at is None
    group.settle()
    group.handle("1", group.node("1").quiesce(group.now))
    assert group.node("1").quiesced_at == group.now


def test_a_leader_cut_off_steps_down_within_an_election_timeout() -> None:
    group = elected()
    group.handle("1", group.node("1").observe_network([], True, group.now))
    group.advance(ELECTION_TIMEOUT, cut=("1",))
    assert group.node("1").role == "follower" and group.node("1").leader is None


def test_reads_of_a_cut_off_leader_are_never_answered() -> None:
    group = elected()
    group.handle("1", group.node("1").read_index(1, group.now))
    group.advance(4 * ELECTION_TIMEOUT, cut=("1",))
    group.advance(ELECTION_TIMEOUT)
    assert group.members["1"].reads == []


def test_state_is_plain_data() -> None:
    group = elected()
    node = pickle.loads(pickle.dumps(group.node("1")))
    assert node.role == "leader" and node.log.entries == group.node("1").log.entries


def test_a_vote_is_sent_after_it_is_on_disk_and_binds_over_a_restart() -> None:
    group = Group(3, slow_disks=True)
    group.deliver(Message(VOTE, "1", "2", term=1))
    assert group.network == [], "nothing leaves before the write"
    group.finish_write("2")
    assert [(reply.target, reply.reject) for reply in group.network] == [("1", False)]
    group.crash("2")
    group.start("2")
    group.network.clear()
    group.deliver(Message(VOTE, "3", "2", term=1, index=9, log_term=1))
    assert [(reply.target, reply.reject) for reply in group.network] == [("3", True)]


def test_a_leader_counts_itself_only_after_its_own_write() -> None:
    group = elected(5)
    group.slow_disks = True
    group.propose("1", "a")
    for follower in ("2", "3"):
        if follower == "3":
            assert group.node("1").log.commit_index == 1
            group.finish_write("1")
        group.handle("1", group.node("1").step(Message(APPEND_REPLY, follower, "1", term=1, index=2), group.now))
    assert group.node("1").log.commit_index == 2
    other = elected(3)
    other.slow_disks = True
    other.propose("1", "a")
    other.handle("1", other.node("1").step(Message(APPEND_REPLY, "2", "1", term=1, index=1), other.now))
    assert other.node("1").log.commit_index == 1
    other.handle("1", other.node("1").step(Message(APPEND_REPLY, "2", "1", term=1, index=2), other.now))
    assert other.node("1").log.commit_index == 1, "two of three, but one of them is only in memory"


def test_a_follower_commits_only_what_it_knows_to_match() -> None:
    group = elected()
    group.handle(
        "2", group.node("2").step(Message(APPEND, "1", "2", term=1, index=1, log_term=1, entries=[Entry(1, 2, "x")]), 0)
    )
    group.handle("2", group.node("2").step(Message(APPEND, "3", "2", term=2, index=1, log_term=1, commit_index=2), 0))
    assert group.node("2").log.last_index == 2 and group.node("2").log.commit_index == 1


def test_a_heartbeat_commits_no_further_than_the_follower_is_known_to_match() -> None:
    group = elected()
    group.propose("1", "a")
    group.settle(cut=("3",))
    group.now = group.node("1").heartbeat_at
    group.handle("1", group.node("1").tick(group.now))
    commits = {message.target: message.commit_index for message in group.network if message.kind == "MsgHeartbeat"}
    assert commits == {"2": 2, "3": 1}


def test_an_old_snapshot_changes_nothing() -> None:
    group = elected()
    group.propose("1", "a", "b")
    group.settle()
    ready = group.node("2").step(Message(SNAPSHOT, "1", "2", term=1, snapshot=Snapshot(1, 9)), group.now)
    assert ready.snapshot is None and group.node("2").log.last_index == 3
    assert [reply.index for reply in ready.messages + ready.after] == [3]
