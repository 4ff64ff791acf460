"""The replicated log: entries after the last snapshot, and how far they are persisted, committed and applied.

Upstream: etcd-io/raft `log.go`. `offered`: handed to the caller for writing; `stable`: known to be on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cluster_core.etcd.raft.message import Entries, Entry, Snapshot


@dataclass(slots=True)
class RaftLog:
    """A log whose first kept entry is `snapshot_index + 1`. Indexes begin at 1."""

    snapshot_index: int = 0
    snapshot_term: int = 0
    entries: Entries = field(default_factory=Entries)
    offered: int = 0
    stable: int = 0
    commit_index: int = 0
    applied: int = 0

    @property
    def last_index(self) -> int:
        """Index of the newest entry."""
        return self.snapshot_index + len(self.entries)

    @property
    def last_term(self) -> int:
        """Term of the newest entry."""
        return self.entries[-1].term if self.entries else self.snapshot_term

    def term_at(self, index: int) -> int | None:
        """Term of an entry; None if it is compacted away or not there yet."""
        place = index - self.snapshot_index
        if place == 0:
            return self.snapshot_term
        return self.entries[place - 1].term if 0 < place <= len(self.entries) else None

    def since(self, index: int, count_max: int) -> list[Entry]:
        """Up to `count_max` entries from `index` on."""
        start = index - self.snapshot_index - 1
        return self.entries[start : start + count_max]

    def between(self, after: int, until: int) -> list[Entry]:
        """The entries after `after` up to and including `until`."""
        return self.entries[max(after - self.snapshot_index, 0) : max(until - self.snapshot_index, 0)]

    def is_up_to_date(self, index: int, term: int) -> bool:
        """Whether a log that ends with (index, term) is at least as new as this one (paper, 5.4.1)."""
        return (term, index) >= (self.last_term, self.last_index)

    def append(self, term: int, data: Sequence[Any]) -> None:
        """A leader adds entries of its own term."""
        index = self.last_index
        self.entries.extend(Entry(term, index + place, item) for place, item in enumerate(data, 1))

    def accept(self, previous_index: int, previous_term: int, entries: list[Entry]) -> int | None:
        """A follower takes entries that follow (previous_index, previous_term); returns the last index now known to
        match.

        None: the logs do not match there. Only entries that conflict are replaced (paper, figure 2, AppendEntries 3
        and 4).
        """
        if self.term_at(previous_index) != previous_term:
            return None
        for place, entry in enumerate(entries):
            if self.term_at(entry.index) != entry.term:
                self._replace_from(entry.index, entries[place:])
                break
        return previous_index + len(entries)

    def _replace_from(self, index: int, entries: list[Entry]) -> None:
        if index <= self.commit_index:
            raise AssertionError(
                f"entry {index} is committed (commit index {self.commit_index}) and may not be replaced"
            )
        del self.entries[index - self.snapshot_index - 1 :]
        self.entries.extend(entries)
        self.offered = min(self.offered, index - 1)
        self.stable = min(self.stable, index - 1)

    def conflict_hint(self, index: int, term: int) -> tuple[int, int]:
        """The newest (index, term) at or before `index` whose term is at most `term`: where two logs can first
        agree."""
        index = min(index, self.last_index)
        while index > self.snapshot_index and (self.term_at(index) or 0) > term:
            index -= 1
        return index, self.term_at(index) or 0

    def commit_to(self, index: int) -> None:
        """Raise the commit index; it never falls."""
        self.commit_index = max(self.commit_index, min(index, self.last_index))

    def mark_stable(self, index: int, term: int) -> None:
        """Everything up to (index, term) is on disk, unless it was replaced meanwhile."""
        if self.term_at(index) == term:
            self.stable = max(self.stable, index)

    def take_unoffered(self) -> list[Entry]:
        """Entries that the caller was not yet asked to write."""
        if self.offered == self.snapshot_index + len(self.entries):
            return []
        entries = self.between(self.offered, self.last_index)
        self.offered = self.last_index
        return entries

    def take_committed(self) -> list[Entry]:
        """Entries to apply: committed and on this member's own disk."""
        until = min(self.commit_index, self.stable)
        if until <= self.applied:
            return []
        entries = self.between(self.applied, until)
        self.applied = until
        return entries

    def restore(self, snapshot: Snapshot) -> None:
        """Begin again from a snapshot of the leader; nothing counts as stable until it is written."""
        self.snapshot_index, self.snapshot_term = snapshot.index, snapshot.term
        self.entries = Entries()
        self.offered = self.commit_index = self.applied = snapshot.index
        self.stable = 0

    def compact(self, index: int) -> None:
        """Forget entries up to `index`, which must be applied."""
        if not self.snapshot_index < index <= self.applied:
            return
        term = self.term_at(index)
        assert term is not None
        del self.entries[: index - self.snapshot_index]
        self.snapshot_index, self.snapshot_term = index, term
