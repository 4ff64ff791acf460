"""A live run: the cluster of its current branch, its clock, its viewers and the frames they get."""

from __future__ import annotations

from typing import Any

import msgspec

from cluster_core.cluster.cluster import Cluster
from cluster_core.projection.view import Projector, flights_since, trace_card
from explorer.hub import Hub
from explorer.protocol import Delta, Snapshot

TRACE_MAX = 200
FLIGHTS_MAX = 60
SNAPSHOT_TRACE = 400


class LiveRun:
    """Everything of a run that is in memory. Only the event loop's thread touches it."""

    def __init__(self, run_id: str, title: str, branch: str, cluster: Cluster) -> None:
        self.id = run_id
        self.title = title
        self.branch = branch
        self.cluster = cluster
        self.playing = False
        self.speed = 1.0
        self.achieved = 0.0
        self.epoch = 1
        self.seq = 0
        self.hub = Hub()
        self.projector = Projector()
        self.branches: list[dict[str, Any]] = []
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.saved: tuple[str, int, int] = ("", 0, 0)
        self._entries_sent = 0
        self._flights_from = 0
        self._clock: dict[str, Any] = {}

    def clock(self) -> dict[str, Any]:
        """The Clock card."""
        cluster = self.cluster
        mode = "past" if cluster.in_past else "live" if self.playing else "paused"
        return {
            "now": cluster.now,
            "number": cluster.number,
            "head_now": cluster.head_now,
            "head_number": cluster.head_number,
            "branch": self.branch,
            "playing": self.playing,
            "speed": self.speed,
            "achieved": round(self.achieved, 2),
            "state_hash": cluster.state_hash(),
            "mode": mode,
        }

    def new_epoch(self) -> None:
        """The history under the viewers is another one: everybody gets a snapshot."""
        self.epoch += 1
        self.seq = 0
        for viewer in self.hub.viewers:
            viewer.behind = True
        self._entries_sent = self.cluster.trace.until(self.cluster.number)
        self._flights_from = self.cluster.now

    def publish(self) -> None:
        """Send what changed since the last frame to the viewers; snapshots to those that are behind."""
        if not self.hub.viewers:
            return
        cluster = self.cluster
        changed, removed = self.projector.update(cluster.world, cluster.trace)
        clock = self.clock()
        end = cluster.trace.until(cluster.number)
        if changed or removed or clock != self._clock or end != self._entries_sent:
            self.seq += 1
            self.hub.broadcast(self._delta(clock, changed, removed, end), self.seq)
        self._clock, self._entries_sent, self._flights_from = clock, end, cluster.now + 1
        behind = self.hub.behind()
        if behind:
            frame = self._snapshot(clock, end)
            for viewer in behind:
                viewer.snapshot(frame, self.seq)

    def _delta(self, clock: dict[str, Any], changed: dict[str, Any], removed: dict[str, list[str]], end: int) -> str:
        start = min(self._entries_sent, end)
        skipped = max(0, end - start - TRACE_MAX)
        entries = self.cluster.trace.entries[start + skipped : end]
        flights, left_out = flights_since(self.cluster.trace, self._flights_from, FLIGHTS_MAX)
        frame = Delta(
            self.epoch,
            self.seq,
            clock,
            changed,
            removed,
            [dict(trace_card(entry)) for entry in entries],
            skipped,
            flights,
            left_out,
        )
        return msgspec.json.encode(frame).decode()

    def _snapshot(self, clock: dict[str, Any], end: int) -> str:
        entries = self.cluster.trace.entries[max(0, end - SNAPSHOT_TRACE) : end]
        keyframe: Any = self.projector.keyframe()
        trace = [dict(trace_card(entry)) for entry in entries]
        frame = Snapshot(self.epoch, self.seq, clock, keyframe, trace, self.branches)
        return msgspec.json.encode(frame).decode()
