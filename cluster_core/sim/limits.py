"""Every bound of the core in one place; reaching one is a clear message, never a hang."""

from __future__ import annotations

from dataclasses import dataclass


class LimitExceeded(Exception):
    """A bound was reached; says which one and its value."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"limit reached: at most {limit:,} {what}")
        self.what = what
        self.limit = limit

    def __reduce__(self) -> tuple[type[LimitExceeded], tuple[str, int]]:
        return (LimitExceeded, (self.what, self.limit))


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. The defaults suit an anonymous run on a shared server."""

    pending_events: int = 2_000_000
    trace_entries: int = 1_000_000
    nodes: int = 50
    pods: int = 2_000
    services: int = 500
    objects: int = 10_000
    definitions: int = 50
    object_bytes: int = 1_500_000
    commands: int = 20_000
    events_per_advance: int = 5_000_000
    packet_hops: int = 128
