"""Linearizable reads that wait at a member: all that arrive during one round to the leader go into the next round
together.

Upstream: etcd `server/etcdserver/v3_server.go` (`linearizableReadLoop`).
"""

from __future__ import annotations


class Reads:
    """Numbers of requests: `waiting` for a round, `asked` in the round `context`, which may have its `index` but not
    yet be applied."""

    def __init__(self) -> None:
        self.context = 0
        self.index: int | None = None
        self.asked: list[int] = []
        self.waiting: list[int] = []

    def __len__(self) -> int:
        return len(self.asked) + len(self.waiting)

    def next_round(self) -> int | None:
        """Begin a round with all that wait; None if one is under way or nobody waits."""
        if self.asked or not self.waiting:
            return None
        self.asked, self.waiting = self.waiting, []
        return self.again()

    def again(self) -> int:
        """Ask once more under a new number: the question or the answer may be lost."""
        self.context += 1
        self.index = None
        return self.context

    def answered(self, context: int, index: int) -> None:
        """The leader says: whoever has applied `index` may answer."""
        if context == self.context and self.asked:
            self.index = index

    def served(self, applied: int) -> list[int]:
        """The reads that can be answered now."""
        if self.index is None or applied < self.index:
            return []
        served, self.asked, self.index = self.asked, [], None
        return served
