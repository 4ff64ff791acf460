"""Raft's safety (paper, figure 3) under loss, duplication, reordering, crashes in the middle of writes, partitions
and pauses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cluster_core.etcd.raft.message import LEADER, VOTE_REPLY, Message
from tests.core.etcd.raft.group import Group

NETWORK_MAX = 80
PLACE = st.integers(0, 1_000)


class RaftSafety(RuleBasedStateMachine):
    """Random schedules of one group; every invariant is looked at after every step."""

    @initialize(size=st.sampled_from([3, 3, 5]), jitter=st.lists(st.integers(0, 999_999), min_size=5, max_size=5))
    def begin(self, size: int, jitter: list[int]) -> None:
        self.group = Group(size, [[value, value // 2] for value in jitter], slow_disks=True)
        self.leaders: dict[int, str] = {}
        self.leader_logs: dict[tuple[str, int, int], list[tuple[int, int, Any]]] = {}
        self.votes: dict[tuple[str, int], str] = {}
        self.committed: dict[int, tuple[int, Any, int]] = {}
        self.highest: dict[str, tuple[int, int]] = {}
        self.lives = dict.fromkeys(self.group.names, 0)
        self.proposals = 0
        self.late: list[Message] = []

    def member(self, place: int) -> str:
        return self.group.names[place % len(self.group.names)]

    def is_up(self, name: str) -> bool:
        return self.group.members[name].node is not None

    def take(self, place: int) -> Message:
        return self.group.network.pop(place % len(self.group.network))

    @rule(place=PLACE)
    def alarm_rings(self, place: int) -> None:
        name = self.member(place)
        if self.is_up(name) and (at := self.group.node(name).alarm) is not None:
            self.group.now = max(self.group.now, at)
            self.group.handle(name, self.group.node(name).tick(self.group.now))

    @rule(place=PLACE, reach=PLACE, later=PLACE, lazy=PLACE, votes=st.integers(0, 40), appends=st.integers(0, 30))
    def reign(self, place: int, reach: int, later: int, lazy: int, votes: int, appends: int) -> None:
        """A member campaigns, proposes if it wins, and reaches only some members; one of them has a slow disk."""
        name = self.member(place)
        if not self.is_up(name):
            self.group.start(name)
        self.group.now += 2_500_000
        self.group.handle(name, self.group.node(name).campaign(self.group.now))
        self.exchange(name, reach, lazy, votes)
        self.propose(place, 1 + appends % 2)
        self.exchange(name, later, lazy, appends)

    def exchange(self, name: str, reach: int, lazy: int, count: int) -> None:
        """Deliver up to `count` messages between `name` and the members of the bit set; others are late or lost."""
        reached = [name, *(other for bit, other in enumerate(self.group.names) if reach >> bit & 1)]
        for _ in range(count):
            for other in reached:
                while self.group.members[other].writes and self.member(lazy) != other:
                    self.group.finish_write(other)
            if not self.group.network:
                return
            message = self.group.network.pop(0)
            if message.source in reached and message.target in reached:
                self.group.now += 100
                self.group.deliver(message)
                self.check()
            else:
                self.late.append(message)

    @rule(place=PLACE)
    def late_message_arrives(self, place: int) -> None:
        del self.late[: max(0, len(self.late) - NETWORK_MAX)]
        if self.late:
            self.group.deliver(self.late.pop(place % len(self.late)))

    @rule(place=PLACE)
    def power_fails_for_a_moment(self, place: int) -> None:
        self.crash(place)
        self.restart_all()

    @rule(place=PLACE, count=st.integers(1, 3))
    def propose(self, place: int, count: int) -> None:
        name = self.member(place)
        if self.is_up(name):
            data = [f"d{self.proposals + number}" for number in range(count)]
            self.proposals += count
            self.group.propose(name, *data)

    @precondition(lambda self: self.group.network)
    @rule(place=PLACE)
    def deliver_any(self, place: int) -> None:
        self.group.now += 1_000
        self.group.deliver(self.take(place))

    @rule(count=st.integers(1, 25))
    def deliver_in_order(self, count: int) -> None:
        for _ in range(count):
            self.flush(0)
            if self.group.network:
                self.group.now += 100
                self.group.deliver(self.group.network.pop(0))
                self.check()

    @precondition(lambda self: self.group.network)
    @rule(place=PLACE)
    def duplicate(self, place: int) -> None:
        self.group.network.append(self.group.network[place % len(self.group.network)])

    @precondition(lambda self: self.group.network)
    @rule(place=PLACE, count=st.integers(1, 5))
    def drop(self, place: int, count: int) -> None:
        for _ in range(min(count, len(self.group.network))):
            self.take(place)

    @rule(place=PLACE)
    def partition(self, place: int) -> None:
        alone = self.member(place)
        self.group.network = [one for one in self.group.network if alone not in (one.source, one.target)]

    @rule(place=PLACE)
    def write_completes(self, place: int) -> None:
        name = self.member(place)
        if self.group.members[name].writes:
            self.group.finish_write(name)

    @rule(place=PLACE)
    def flush(self, place: int) -> None:
        for name in self.group.up():
            while self.group.members[name].writes:
                self.group.finish_write(name)

    @rule(place=PLACE)
    def crash(self, place: int) -> None:
        name = self.member(place)
        if self.is_up(name):
            self.group.crash(name)
            self.highest.pop(name, None)
            self.lives[name] += 1

    @rule()
    def restart_all(self) -> None:
        for name in self.group.names:
            if not self.is_up(name):
                self.group.start(name)

    @rule(place=PLACE)
    def compact(self, place: int) -> None:
        name = self.member(place)
        if self.is_up(name):
            applied = self.group.node(name).log.applied
            self.group.node(name).compact(applied)
            self.group.members[name].disk.compact(applied)

    @rule(place=PLACE, away=PLACE)
    def topology_changes(self, place: int, away: int) -> None:
        name = self.member(place)
        if self.is_up(name):
            others = [other for other in [self.member(away)] if other != name]
            self.group.handle(name, self.group.node(name).observe_network(others, True, self.group.now))

    @invariant()
    def check(self) -> None:
        if not hasattr(self, "group"):
            return
        del self.group.network[: max(0, len(self.group.network) - NETWORK_MAX)]
        self.check_votes()
        for name in self.group.up():
            self.check_member(name)
        self.check_log_matching()
        for name in self.group.names:
            for index, term, data in self.group.members[name].applied:
                assert self.committed.setdefault(index, (term, data, term))[:2] == (term, data), "State Machine Safety"

    def check_votes(self) -> None:
        for message in self.group.network:
            if message.kind == VOTE_REPLY and not message.reject:
                ballot = (message.source, message.term)
                assert self.votes.setdefault(ballot, message.target) == message.target, "one vote per term"

    def check_member(self, name: str) -> None:
        node = self.group.node(name)
        log = node.log
        assert log.applied <= log.commit_index <= log.last_index
        assert log.stable <= log.offered == log.last_index
        before = self.highest.get(name, (0, 0))
        assert node.term >= before[0] and log.commit_index >= before[1], "term and commit index never decrease"
        self.highest[name] = (node.term, log.commit_index)
        disk = self.group.members[name].disk
        assert disk.hard_state.term <= node.term
        for entry in log.between(log.snapshot_index, log.commit_index):
            known = self.committed.setdefault(entry.index, (entry.term, entry.data, node.term))
            assert known[:2] == (entry.term, entry.data), "a committed entry is never replaced"
        if node.role == LEADER:
            self.check_leader(name)

    def check_leader(self, name: str) -> None:
        node = self.group.node(name)
        assert self.leaders.setdefault(node.term, name) == name, "Election Safety"
        for index, (term, data, committed_in) in self.committed.items():
            if committed_in < node.term and index > node.log.snapshot_index:
                place = index - node.log.snapshot_index - 1
                assert place < len(node.log.entries), "Leader Completeness"
                entry = node.log.entries[place]
                assert (entry.term, entry.data) == (term, data), "Leader Completeness"
        entries = [(entry.index, entry.term, entry.data) for entry in node.log.entries]
        life = (name, node.term, self.lives[name])
        first = entries[0][0] if entries else node.log.snapshot_index + 1
        kept = [entry for entry in self.leader_logs.get(life, []) if entry[0] >= first]
        assert entries[: len(kept)] == kept, "Leader Append-Only"
        self.leader_logs[life] = entries

    def check_log_matching(self) -> None:
        logs = [
            {entry.index: (entry.term, entry.data) for entry in self.group.node(name).log.entries}
            for name in self.group.up()
        ]
        for place, one in enumerate(logs):
            for other in logs[:place]:
                shared = [index for index in one if index in other and one[index][0] == other[index][0]]
                agree = max(shared, default=0)
                before = [index for index in one if index <= agree]
                assert all(other.get(index, one[index]) == one[index] for index in before), "Log Matching"

    def teardown(self) -> None:
        """Liveness: all healed, one leader emerges and everyone applies the same."""
        if not hasattr(self, "group"):
            return
        group = self.group
        self.flush(0)
        group.slow_disks = False
        self.restart_all()
        for name in group.up():
            group.handle(name, group.node(name).observe_network([], True, group.now))
        group.advance(12_000_000)
        self.check()
        group.propose(group.leader(), "last")
        group.advance(1_500_000)
        self.check()
        logs = [group.members[name].applied for name in group.names]
        tails = {name: group.data(name)[-1:] for name in group.names}
        assert all(tail == ["last"] for tail in tails.values()), tails
        assert all(group.node(name).alarm is None for name in group.names), "a healed idle group is quiet"
        assert all(log[-1] == logs[0][-1] for log in logs)


FEW = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
MANY = settings(FEW, max_examples=300, derandomize=False)


def test_raft_is_safe() -> None:
    run_state_machine_as_test(RaftSafety, settings=FEW)


@pytest.mark.slow
def test_raft_is_safe_whatever_happens() -> None:
    run_state_machine_as_test(RaftSafety, settings=MANY)
