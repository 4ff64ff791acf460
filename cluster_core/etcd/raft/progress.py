"""What a leader knows about a follower's log, and how it sends to it: probe, replicate or snapshot.

Upstream: etcd-io/raft `tracker/progress.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PROBE = "probe"
REPLICATE = "replicate"
SNAPSHOT = "snapshot"
INFLIGHT_MAX = 256


@dataclass(slots=True)
class Progress:
    """A follower as seen by the leader. probe: one append at a time until the logs agree; replicate: a pipeline of
    appends; snapshot: nothing until `pending_snapshot` is installed. `last_active`: when it was last heard (µs);
    `recent_active`: it has answered since the last heartbeat; `snapshot_heartbeats`: answered since the snapshot was
    sent."""

    next_index: int
    last_active: int
    match_index: int = 0
    state: str = PROBE
    probe_sent: bool = False
    pending_snapshot: int = 0
    snapshot_heartbeats: int = 0
    recent_active: bool = False
    inflight: list[int] = field(default_factory=list)

    @property
    def paused(self) -> bool:
        """Whether the leader must wait for an answer before it sends more."""
        if self.state == PROBE:
            return self.probe_sent
        return self.state == SNAPSHOT or len(self.inflight) >= INFLIGHT_MAX

    def heard(self, now: int) -> None:
        """The follower has answered."""
        self.last_active = now
        self.recent_active = True

    def sent(self, last_index: int, count: int) -> None:
        """An append that ends with `last_index` is on its way."""
        if self.state == PROBE:
            self.probe_sent = True
        elif count:
            self.next_index = last_index + 1
            self.inflight.append(last_index)

    def sent_snapshot(self, index: int) -> None:
        """A snapshot is on its way."""
        self.state = SNAPSHOT
        self.pending_snapshot = index
        self.snapshot_heartbeats = 0
        self.inflight.clear()

    def acknowledge(self, index: int) -> bool:
        """The follower has everything up to `index`; False if that is old news."""
        self.inflight = [sent for sent in self.inflight if sent > index]
        self.next_index = max(self.next_index, index + 1)
        if index <= self.match_index:
            if self.state == PROBE and index == self.match_index:
                self._replicate()
            return False
        self.match_index = index
        if self.state == PROBE or (self.state == SNAPSHOT and index >= self.pending_snapshot):
            self._replicate()
        return True

    def reject(self, index: int, hint: int) -> bool:
        """The follower does not have the entry `index`; `hint` is where it may agree. False if that is old news."""
        if self.state == REPLICATE:
            if index <= self.match_index:
                return False
            self.probe()
            return True
        if self.state == SNAPSHOT or self.next_index - 1 != index:
            return False
        self.next_index = max(min(index, hint + 1), self.match_index + 1)
        self.probe_sent = False
        return True

    def probe(self) -> None:
        """Fall back to one append at a time, from what is known to match."""
        self.next_index = self.match_index + 1
        self.state = PROBE
        self.probe_sent = False
        self.pending_snapshot = 0
        self.inflight.clear()

    def _replicate(self) -> None:
        self.state = REPLICATE
        self.probe_sent = False
        self.pending_snapshot = 0
        self.inflight.clear()
        self.next_index = self.match_index + 1
