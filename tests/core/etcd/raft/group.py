"""A Raft group without a simulator for tests: messages wait in lists, the test says which of them arrive and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.etcd.raft.message import Entry, Message, Ready
from cluster_core.etcd.raft.node import RaftNode
from cluster_core.etcd.raft.storage import Storage


@dataclass
class Jitter:
    """Draws that follow a fixed list, over and over."""

    values: list[int]
    place: int = 0

    def draw(self, low: int, high: int) -> int:
        value = self.values[self.place % len(self.values)]
        self.place += 1
        return low + value % (high - low + 1)


@dataclass
class Member:
    """One node with its disk, its state machine (a list of applied data) and writes that are under way."""

    name: str
    jitter: Jitter
    node: RaftNode | None = None
    disk: Storage = field(default_factory=Storage)
    applied: list[tuple[int, int, Any]] = field(default_factory=list)
    writes: list[Ready] = field(default_factory=list)
    reads: list[tuple[int, int]] = field(default_factory=list)


class Group:
    """Members and the messages between them. `slow_disks`: writes wait for `finish_write`."""

    def __init__(self, size: int = 3, jitters: list[list[int]] | None = None, slow_disks: bool = False) -> None:
        self.now = 0
        self.slow_disks = slow_disks
        self.names = [str(number) for number in range(1, size + 1)]
        self.members: dict[str, Member] = {}
        self.network: list[Message] = []
        self.history: list[tuple[str, Any]] = []
        for place, name in enumerate(self.names):
            values = jitters[place] if jitters else [place * 100_000]
            self.members[name] = Member(name, Jitter(values))
            self.start(name)

    def start(self, name: str) -> None:
        member = self.members[name]
        member.node = RaftNode(name, self.names, member.jitter.draw, self.now, member.disk, self.applied_index(name))
        # A restarted state machine applies again only what it has not applied.
        self.handle(name, member.node.awaken(self.now))

    def applied_index(self, name: str) -> int:
        applied = self.members[name].applied
        return applied[-1][0] if applied else 0

    def crash(self, name: str) -> None:
        member = self.members[name]
        member.node = None
        member.writes.clear()
        member.reads.clear()

    def node(self, name: str) -> RaftNode:
        node = self.members[name].node
        assert node is not None, f"{name} is down"
        return node

    def up(self) -> list[str]:
        return [name for name in self.names if self.members[name].node is not None]

    def handle(self, name: str, ready: Ready) -> None:
        member = self.members[name]
        for message in ready.messages:
            if message.snapshot is not None:
                message.snapshot.data = list(member.applied)
        self.network.extend(ready.messages)
        self.history.extend((name, note) for note in ready.notes)
        for entry in ready.committed:
            self._apply(member, entry)
        member.reads.extend(ready.reads)
        if ready.must_sync or (ready.after and member.writes):
            member.writes.append(ready)
            if not self.slow_disks:
                self.finish_write(name)
        else:
            self.network.extend(ready.after)

    def _apply(self, member: Member, entry: Entry) -> None:
        assert entry.index == self.applied_index(member.name) + 1, "entries are applied without a gap"
        member.applied.append((entry.index, entry.term, entry.data))

    def finish_write(self, name: str) -> None:
        member = self.members[name]
        ready = member.writes.pop(0)
        member.disk.write(ready)
        if ready.snapshot is not None:
            member.applied = list(ready.snapshot.data)
        self.network.extend(ready.after)
        self.handle(name, self.node(name).persisted(*ready.mark, self.now))

    def deliver(self, message: Message) -> None:
        member = self.members[message.target]
        if member.node is not None:
            self.handle(message.target, member.node.step(message, self.now))

    def settle(self, cut: tuple[str, ...] = (), count_max: int = 10_000) -> None:
        """Deliver until nothing is under way; messages from and to `cut` members are lost."""
        for _ in range(count_max):
            if not self.network:
                return
            message = self.network.pop(0)
            if message.source not in cut and message.target not in cut:
                self.deliver(message)
        raise AssertionError("the group does not settle")

    def advance(self, duration: int, cut: tuple[str, ...] = ()) -> None:
        """Let time pass; alarms ring, messages arrive at once."""
        end = self.now + duration
        self.settle(cut)
        for _ in range(10_000):
            alarms = [(self.node(name).alarm, name) for name in self.up()]
            due = min(((at, name) for at, name in alarms if at is not None), default=None)
            if due is None or due[0] > end:
                self.now = end
                return
            self.now = max(self.now, due[0])
            self.handle(due[1], self.node(due[1]).tick(self.now))
            self.settle(cut)
        raise AssertionError("alarms do not end")

    def leader(self) -> str:
        leaders = [name for name in self.up() if self.node(name).role == "leader"]
        return max(leaders, key=lambda name: self.node(name).term)

    def elect(self, name: str) -> None:
        self.handle(name, self.node(name).campaign(self.now))
        self.settle()

    def propose(self, name: str, *data: Any) -> Ready:
        ready = self.node(name).propose(list(data), self.now)
        self.handle(name, ready)
        return ready

    def data(self, name: str) -> list[Any]:
        return [data for _, _, data in self.members[name].applied if data is not None]
