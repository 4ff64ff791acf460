"""The store: the newest lines of all containers whose collectors have reached it, in the memory of its pod.

Real VictoriaLogs keeps as much as its disk takes for 7 days; here it keeps `LINES_MAX` lines, for a day of virtual time. A pod of it that
goes takes its lines with it, as an emptyDir does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster_core.log_collection.line import LogRecord
from cluster_core.log_collection.query import Query
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.shelf import Recent

LINES_MAX = 20_000
RETENTION_US = 24 * 3600 * US_PER_SECOND


@dataclass(slots=True, eq=False)
class LogStore:
    """What one pod of the store holds. `taken` counts every line that it was ever sent."""

    lines: Recent[LogRecord] = field(default_factory=lambda: Recent(maxlen=LINES_MAX))
    taken: int = 0

    def take(self, records: Iterable[LogRecord]) -> None:
        """Keep lines; the oldest give way."""
        for record in records:
            self.lines.append(record)
            self.taken += 1

    def search(self, query: Query, now: int, limit: int) -> tuple[list[LogRecord], int]:
        """The newest lines that match, oldest first, and how many match in all."""
        oldest = now - RETENTION_US
        found = [record for record in self.lines if record.at >= oldest and query.matches(record)]
        found.sort(key=lambda record: (record.at, record.namespace, record.pod, record.container, record.number))
        return found[max(0, len(found) - limit) :], len(found)
