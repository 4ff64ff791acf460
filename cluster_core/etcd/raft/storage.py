"""What a member has on disk: term and vote, snapshot, log. Survives a crash; written in the order of the Readys."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.etcd.raft.message import Entries, HardState, Ready, Snapshot


@dataclass(slots=True)
class Storage:
    """The write-ahead log and the newest snapshot's place in it (`snapshot.data` is not kept: the caller's store has
    it)."""

    hard_state: HardState = field(default_factory=HardState)
    snapshot: Snapshot = field(default_factory=Snapshot)
    entries: Entries = field(default_factory=Entries)

    def write(self, ready: Ready) -> None:
        """What a completed disk write of `ready` leaves behind."""
        if ready.snapshot is not None:
            self.snapshot = Snapshot(ready.snapshot.index, ready.snapshot.term)
            self.entries = Entries()
        if ready.entries:
            del self.entries[ready.entries[0].index - self.snapshot.index - 1 :]
            self.entries.extend(ready.entries)
        if ready.hard_state is not None:
            self.hard_state = ready.hard_state

    def compact(self, index: int) -> None:
        """Drop entries up to `index`, as the log in memory does."""
        count = index - self.snapshot.index
        if 0 < count <= len(self.entries):
            self.snapshot = Snapshot(index, self.entries[count - 1].term)
            del self.entries[:count]
