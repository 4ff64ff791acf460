"""Counted pods by topology value, as one row of nodes sees them."""

from __future__ import annotations

from cluster_core.scheduler.rows.layout import Layout
from cluster_core.scheduler.rows.pod_index import Counts

Part = str | int | None
"""What a group of nodes has in common for a domain: the label's value, or where each node is a domain of its own the number of
its pods; None without the label."""


class Domains:
    """The numbers of counted pods by value of a topology key.

    own: each node is a domain of its own (host names), so that nodes with equally many pods are alike. included: whose pods
    count (None: those of all nodes that have the label).
    """

    def __init__(self, layout: Layout, key: str, counts: Counts, own: bool, included: list[bool] | None = None) -> None:
        self.own = own
        self.values = layout.values(key)
        self.counts = counts
        self.included = included or [value is not None for value in self.values]
        self.last = [0] * layout.total
        self.sums: dict[str | None, int] = {}
        self.histogram: dict[int, int] = {}
        self.all = 0
        for place, name in enumerate(layout.names):
            if self.included[place]:
                count = self.last[place] = counts.get(name, 0)
                self._add(place, count, 1)

    def refresh(self, place: int, name: str) -> bool:
        """A node's pods may have changed; whether its part has."""
        count = self.counts.get(name, 0)
        before = self.last[place]
        if count == before or not self.included[place]:
            return False
        self._add(place, before, -1)
        self.last[place] = count
        self._add(place, count, 1)
        return self.own

    def part(self, place: int) -> Part:
        """What the node shares with others of its group."""
        value = self.values[place]
        if value is None or not self.own:
            return value
        return self.last[place]

    def count(self, part: Part) -> int:
        """The pods in the domain of nodes with this part (not None)."""
        return part if isinstance(part, int) else self.sums.get(part, 0)

    def least(self, domains_min: int) -> int:
        """The fewest pods of a domain; none if there are fewer domains than that."""
        if self.own:
            return min(self.histogram) if sum(self.histogram.values()) >= max(1, domains_min) else 0
        return min(self.sums.values()) if len(self.sums) >= max(1, domains_min) else 0

    def _add(self, place: int, count: int, sign: int) -> None:
        self.all += sign * count
        if not self.own:
            value = self.values[place]
            self.sums[value] = self.sums.get(value, 0) + sign * count
            return
        left = self.histogram.get(count, 0) + sign
        if left:
            self.histogram[count] = left
        else:
            self.histogram.pop(count, None)
