"""Log replication step by step: appends, rejections, commit, snapshots. The whole dance is in `golden/raft`."""

from __future__ import annotations

import pytest

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft.message import APPEND, APPEND_REPLY, SNAPSHOT, Entry, Message, Snapshot
from cluster_core.etcd.raft.progress import PROBE, REPLICATE, Progress
from cluster_core.etcd.raft.progress import SNAPSHOT as BY_SNAPSHOT
from cluster_core.etcd.raft.replication import ENTRIES_PER_APPEND_MAX, SNAPSHOT_HEARTBEATS_MAX, advance_commit
from tests.core.etcd.raft.group import Group


def led(*data: str, size: int = 3) -> Group:
    """A leader of term 1 with these entries after the empty one, everywhere."""
    group = Group(size)
    group.elect("1")
    if data:
        group.propose("1", *data)
    group.settle()
    return group


def step(group: Group, message: Message) -> list[Message]:
    """Deliver one message; what follows from it."""
    group.network.clear()
    group.deliver(message)
    return list(group.network)


@pytest.mark.parametrize(
    ("index", "log_term", "terms", "reject", "answer", "log"),
    [
        (3, 1, [], False, 3, "1 1 1"),
        (3, 1, [2], False, 4, "1 1 1 2"),
        (1, 1, [1, 1], False, 3, "1 1 1"),
        (1, 1, [1], False, 2, "1 1 1"),
        (2, 1, [2, 2], False, 4, "1 1 2 2"),
        (4, 1, [2], True, 4, "1 1 1"),
        (3, 2, [2], True, 3, "1 1 1"),
        (0, 0, [1], False, 1, "1 1 1"),
    ],
    ids=[
        "news of the commit index",
        "the next entry",
        "what it has already",
        "a part of what it has: nothing is cut off",
        "a conflict replaces the rest",
        "a gap",
        "another term at that place",
        "behind its commit index",
    ],
)
def test_a_follower_takes_what_fits(
    index: int, log_term: int, terms: list[int], reject: bool, answer: int, log: str
) -> None:
    group = led()
    follower = group.node("2")
    entries = [Entry(1, 2, "a"), Entry(1, 3, "b")]
    group.deliver(Message(APPEND, "1", "2", term=1, index=1, log_term=1, entries=entries))
    new = [Entry(term, index + place, "new") for place, term in enumerate(terms, 1)]
    (reply,) = step(group, Message(APPEND, "3", "2", term=2, index=index, log_term=log_term, entries=new))
    assert (reply.kind, reply.reject, reply.index) == (APPEND_REPLY, reject, answer)
    assert " ".join(str(entry.term) for entry in follower.log.entries) == log


def test_a_rejection_says_where_the_logs_may_agree() -> None:
    group = led("a", "b")
    (reply,) = step(group, Message(APPEND, "3", "2", term=7, index=9, log_term=6))
    assert (reply.hint, reply.log_term) == (3, 1)


def test_a_leader_skips_a_whole_term_that_the_follower_does_not_have() -> None:
    group = led()
    leader = group.node("1")
    leader.term = 5
    leader.log.append(3, ["x"] * 4)
    leader.log.append(5, ["y"] * 4)
    leader.progress["2"] = Progress(10, 0)
    (probe,) = step(group, Message(APPEND_REPLY, "2", "1", term=5, index=9, reject=True, hint=6, log_term=1))
    assert (probe.kind, probe.index, probe.log_term) == (APPEND, 1, 1), "everything of term 3 is passed over at once"


@pytest.mark.parametrize(
    ("matches", "term", "commit"),
    [
        ([1, 1, 1, 1], 1, 1),
        ([2, 1, 1, 1], 1, 1),
        ([3, 2, 1, 1], 1, 2),
        ([3, 3, 3, 3], 1, 3),
        ([3, 3, 3, 3], 2, 1),
    ],
    ids=["nobody else", "two of five", "the third in order", "all", "of an older term"],
)
def test_what_a_quorum_has_is_committed_if_it_is_of_the_leaders_term(
    matches: list[int], term: int, commit: int
) -> None:
    leader = led(size=5).node("1")
    leader.log.append(1, ["a", "b"])
    leader.log.stable, leader.term = 3, term
    for progress, match in zip(leader.progress.values(), matches, strict=True):
        progress.match_index = match
    assert advance_commit(leader) is (commit > 1)
    assert leader.log.commit_index == commit and not advance_commit(leader)


def test_proposals_go_to_the_leader_and_come_back_where_there_is_none() -> None:
    group = led()
    group.propose("3", "a")
    assert [(one.kind, one.target) for one in group.network] == [(kinds.PROPOSE, "1")]
    alone = Group(3)
    assert alone.propose("3", "a", "b").refused == ["a", "b"] and alone.network == []


def test_a_proposal_that_reaches_a_follower_is_handed_on() -> None:
    group = led()
    (handed,) = step(group, Message(kinds.PROPOSE, "3", "2", entries=[Entry(0, 0, "a")]))
    assert (handed.kind, handed.target, handed.entries[0].data) == (kinds.PROPOSE, "1", "a")


def test_a_long_log_travels_in_pieces() -> None:
    group = led(*(str(number) for number in range(3 * ENTRIES_PER_APPEND_MAX)))
    leader = group.node("1")
    leader.progress["3"] = Progress(1, 0)
    group.network.clear()
    group.handle("1", leader.step(Message(APPEND_REPLY, "3", "1", term=1, index=0, reject=True), group.now))
    sizes = []
    while group.network:
        message = group.network.pop(0)
        sizes += [len(message.entries)] if message.kind == APPEND and message.target == "3" else []
        group.deliver(message)
    assert max(sizes) == ENTRIES_PER_APPEND_MAX and leader.progress["3"].match_index == leader.log.last_index


def test_a_follower_behind_the_kept_log_gets_one_snapshot_and_then_silence() -> None:
    group = led("a", "b")
    leader = group.node("1")
    leader.compact(3)
    leader.progress["3"] = Progress(2, 0)
    heard = Message(kinds.HEARTBEAT_REPLY, "3", "1", term=1)
    (snapshot,) = step(group, heard)
    assert snapshot.kind == SNAPSHOT and snapshot.snapshot is not None and snapshot.snapshot.index == 3
    assert leader.progress["3"].state == BY_SNAPSHOT
    quiet = [step(group, heard) for _ in range(SNAPSHOT_HEARTBEATS_MAX - 1)]
    assert quiet == [[]] * (SNAPSHOT_HEARTBEATS_MAX - 1)
    assert [one.kind for one in step(group, heard)] == [SNAPSHOT], "unanswered for so long it counts as lost"


def test_an_installed_snapshot_brings_a_follower_back_into_the_pipeline() -> None:
    group = led("a", "b")
    leader = group.node("1")
    leader.progress["3"] = Progress(1, 0, state=BY_SNAPSHOT, pending_snapshot=3)
    step(group, Message(APPEND_REPLY, "3", "1", term=1, index=3))
    assert leader.progress["3"].state == REPLICATE and leader.progress["3"].next_index == 4


@pytest.mark.parametrize(
    ("snapshot", "installed", "answer"),
    [(Snapshot(2, 1), False, 3), (Snapshot(9, 4), True, 9), (Snapshot(5, 1), False, 5)],
    ids=["older than what is committed", "beyond its log", "of an entry that it has"],
)
def test_which_snapshots_a_follower_installs(snapshot: Snapshot, installed: bool, answer: int) -> None:
    group = led("a", "b")
    more = [Entry(1, index, "c") for index in (4, 5)]
    step(group, Message(APPEND, "1", "2", term=1, index=3, log_term=1, entries=more))
    follower = group.node("2")
    ready = follower.step(Message(SNAPSHOT, "1", "2", term=1, snapshot=snapshot), group.now)
    assert (ready.snapshot is not None) is installed
    assert [one.index for one in ready.after] == [answer]
    assert follower.log.snapshot_index == (9 if installed else 0) and follower.log.commit_index == answer


def test_a_lost_append_is_sent_again_after_the_next_heartbeat() -> None:
    group = led()
    group.propose("1", "a")
    group.network.clear()
    leader = group.node("1")
    assert [one.kind for one in step(group, Message(kinds.HEARTBEAT_REPLY, "2", "1", term=1))] == [APPEND]
    leader.progress["3"].probe()
    leader.progress["3"].probe_sent = True
    (probe,) = step(group, Message(kinds.HEARTBEAT_REPLY, "3", "1", term=1))
    assert (probe.index, leader.progress["3"].state) == (1, PROBE)


def test_answers_of_strangers_and_old_news_change_nothing() -> None:
    group = led("a")
    leader = group.node("1")
    for message in (
        Message(APPEND_REPLY, "9", "1", term=1, index=99),
        Message(kinds.HEARTBEAT_REPLY, "9", "1", term=1, context=4),
        Message(APPEND_REPLY, "2", "1", term=1, index=1),
        Message(APPEND_REPLY, "2", "1", term=1, index=1, reject=True),
    ):
        assert step(group, message) == []
    assert leader.progress["2"].match_index == 2 and leader.log.commit_index == 2
