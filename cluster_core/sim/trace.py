"""The trace: what happened, as message ids with parameters, each entry with the event that caused it.

It lives outside the checkpointed world and only grows: replaying a run gives the same numbers, so what is already recorded
is skipped, and a seek never copies history.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from typing import Any

from cluster_core.sim.limits import LimitExceeded


@dataclass(slots=True)
class TraceEntry:
    """One occurrence worth telling. `number` is the event's number, `at` in µs, `actor` a process name."""

    number: int
    at: int
    cause: int
    actor: str
    message_id: str
    params: dict[str, Any]


FLIGHTS_MAX = 4_000


@dataclass(slots=True)
class Flight:
    """A message on its way: sent by event `number` at `sent`, due at `arrives` (µs)."""

    number: int
    source: str
    target: str
    message: Any
    sent: int
    arrives: int


class Trace:
    """Entries in order, the cause of every event, told or not, and the newest messages between processes."""

    def __init__(self, entries_max: int) -> None:
        self.entries: list[TraceEntry] = []
        self.causes = array("q", [0])
        self.first_entry = array("q", [0])
        self.flights: deque[Flight] = deque(maxlen=FLIGHTS_MAX)
        self._entries_max = entries_max
        self._replaying = False

    def begin(self, number: int, cause: int) -> None:
        """The kernel starts event `number`."""
        causes = self.causes
        if number < len(causes):
            self._replaying = True
            return
        self._replaying = False
        causes.append(cause)
        self.first_entry.append(len(self.entries))

    def record(self, number: int, at: int, cause: int, actor: str, message_id: str, params: dict[str, Any]) -> None:
        """Add an entry for the running event; during a replay it is there already."""
        if self._replaying:
            return
        self.entries.append(TraceEntry(number, at, cause, actor, message_id, params))

    def check_room(self) -> None:
        """Raise `LimitExceeded` when there are as many entries as there may be: asked between events, so that none stops half-way."""
        if len(self.entries) >= self._entries_max:
            raise LimitExceeded("trace entries", self._entries_max)

    def of(self, number: int) -> list[TraceEntry]:
        """The entries of one event."""
        if not 0 < number < len(self.first_entry):
            return []
        end = self.first_entry[number + 1] if number + 1 < len(self.first_entry) else len(self.entries)
        return self.entries[self.first_entry[number] : end]

    def until(self, number: int) -> int:
        """How many entries belong to events up to and including `number`."""
        return self.first_entry[number + 1] if number + 1 < len(self.first_entry) else len(self.entries)

    def told_cause(self, number: int) -> int:
        """The nearest event in the chain of causes of event `number` that has an entry; 0 when none has."""
        cause = self.causes[number]
        while cause > 0 and not self.of(cause):
            cause = self.causes[cause]
        return max(0, cause)

    def chain(self, number: int) -> list[TraceEntry]:
        """The causes of event `number` that have entries, oldest first, ending with the event itself."""
        found: list[TraceEntry] = []
        while number > 0:
            found.extend(reversed(self.of(number)))
            number = self.causes[number]
        found.reverse()
        return found

    def prefix(self, number: int) -> Trace:
        """A copy that ends with event `number`: the history of a fork."""
        copy = Trace(self._entries_max)
        copy.entries = self.entries[: self.until(number)]
        copy.causes = self.causes[: number + 1]
        copy.first_entry = self.first_entry[: number + 1]
        return copy
