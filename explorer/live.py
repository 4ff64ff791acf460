"""A live run: the cluster of its current branch, its clock, its viewers and the frames they get."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import msgspec

from cluster_core import ENGINE
from cluster_core.cluster.cluster import Cluster
from cluster_core.projection.flights import renewals
from cluster_core.projection.view import Projector, flights_at, flights_since, trace_card
from explorer.hub import Hub
from explorer.kubeapi.clients import Clients
from explorer.protocol import ClientSeen, Delta, Notice, Progress, Snapshot

T = TypeVar("T")
TRACE_MAX = 200
FLIGHTS_MAX = 60
SNAPSHOT_TRACE = 400
# Epochs of one incarnation; the next one begins above them.
EPOCHS = 1 << 20
CALLS = ("clock", "commands", "objects", "events", "why", "packets", "scheduling", "forks", "kubeconfig", "requests")


def links(run_id: str) -> dict[str, str]:
    """Where a run is found."""
    base = f"/api/v1/runs/{run_id}/"
    pages = {"self": base, "page": f"/runs/{run_id}/", "stream": f"/ws/v1/runs/{run_id}/"}
    return {**pages, **{name: f"{base}{name}/" for name in CALLS}}


class LiveRun:
    """Everything of a run that is in memory. Only the event loop's thread touches it.

    What awaits in the middle (a command, a seek, a fork, one slice of the clock) goes through `alone`, so that two
    clients never interleave. Between two awaits everything is one step anyhow.
    """

    def __init__(
        self, run_id: str, title: str, branch: str, cluster: Cluster, incarnation: int = 1, *, kept: bool = True
    ) -> None:
        """`kept`: its log and its head are written to the database; one that is played once and thrown away is not."""
        self.id = run_id
        self.title = title
        self.branch = branch
        self.cluster = cluster
        self.kept = kept
        self.token_hash = ""
        self.owner_hash = ""
        self.playing = False
        self.interrupted = False
        # Whether it has moved on since its head was saved, by writes that are in the log.
        self.unsaved = False
        self.speed = 1.0
        self.achieved = 0.0
        self.epoch = incarnation * EPOCHS
        self.seq = 0
        self.hub = Hub()
        self.clients = Clients()
        self.projector = Projector()
        self.branches: list[dict[str, Any]] = []
        self.notice: Notice | None = None
        self.used = time.monotonic()
        self.users = 0
        self.lock = asyncio.Lock()
        self._settled = asyncio.Event()
        self._settled.set()
        self._entries_sent = 0
        self._flights_from = 0
        self._clock: dict[str, Any] = {}

    async def alone(self, change: Callable[[], Awaitable[T]]) -> T:
        """Carry out a change when those before it are done. One that has begun is finished even if who asked is gone."""
        self.users += 1
        # Its own context: what outlives a request must not hold on to the request's thread.
        task = asyncio.get_running_loop().create_task(self._alone(change), context=contextvars.Context())
        return await asyncio.shield(task)

    async def _alone(self, change: Callable[[], Awaitable[T]]) -> T:
        try:
            async with self.lock:
                return await change()
        finally:
            self.users -= 1
            self.used = time.monotonic()

    @contextlib.contextmanager
    def unsettled(self) -> Iterator[None]:
        """While the playhead is on its way to another moment: nobody is shown the places in between."""
        self._settled.clear()
        try:
            yield
        finally:
            self._settled.set()

    async def settled(self) -> None:
        """Wait until the playhead stands at a moment that may be shown."""
        self.users += 1
        try:
            await self._settled.wait()
        finally:
            self.users -= 1
            self.used = time.monotonic()

    @property
    def attended(self) -> bool:
        """Whether somebody looks at it: a browser, or a client that watches or has a stream open."""
        return bool(self.hub.viewers or self.clients.watches or self.clients.streams)

    def moved(self) -> None:
        """After every slice: clients that watch look whether there is something for them."""
        server = self.cluster.world.apiserver
        self.clients.moved((self.epoch, server.down, id(server.cache)), server.cache.changed)

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

    def card(self) -> dict[str, Any]:
        """The run as the API shows it."""
        if self.hub.viewers:
            self.publish()  # takes the changes to the viewers; without viewers nobody misses them
        else:
            self.projector.update(self.cluster.world, self.cluster.trace)
        here = self.clock()
        return {
            "id": self.id,
            "title": self.title,
            "seed": str(self.cluster.seed),
            "now": here["now"],
            "event": here["number"],
            "head": {"now": here["head_now"], "event": here["head_number"]},
            "branch": self.branch,
            "branches": self.branches,
            "playing": self.playing,
            "speed": self.speed,
            "mode": here["mode"],
            "state_hash": here["state_hash"],
            "engine": ENGINE,
            "counts": self.projector.cards["counts"],
            "links": links(self.id),
        }

    def new_epoch(self) -> None:
        """The history under the viewers is another one: everybody gets a snapshot."""
        self.epoch += 1
        self.seq = 0
        for viewer in self.hub.viewers:
            viewer.begin_again()
        self._entries_sent = self.cluster.trace.until(self.cluster.number)
        self._flights_from = self.cluster.now
        self.moved()

    def publish(self) -> None:
        """Send what changed since the last frame to the viewers; snapshots to those that are behind."""
        self.moved()
        if not self.hub.viewers or not self._settled.is_set():
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

    def seen(self, request: ClientSeen) -> None:
        """A client of the Kubernetes API was answered: viewers see it."""
        text = self.clients.remember(request)
        if text is not None:
            for viewer in self.hub.viewers:
                viewer.tell(text)

    def tell(self, notice: Notice) -> None:
        """Say something to all viewers; who comes while it still holds is told too."""
        self.notice = notice
        text = msgspec.json.encode(notice).decode()
        for viewer in self.hub.viewers:
            viewer.tell(text)

    def progress(self, message: Progress) -> None:
        """Say to all viewers how far the work is that they wait for."""
        text = msgspec.json.encode(message).decode()
        for viewer in self.hub.viewers:
            viewer.tell(text)

    def _delta(self, clock: dict[str, Any], changed: dict[str, Any], removed: dict[str, list[str]], end: int) -> str:
        start = min(self._entries_sent, end)
        skipped = max(0, end - start - TRACE_MAX)
        entries = self.cluster.trace.entries[start + skipped : end]
        flights, left_out = flights_since(self.cluster.trace, self._flights_from, FLIGHTS_MAX)
        renewed: list[Any] = list(
            renewals(self.cluster.world, max(self._flights_from, 0))[: FLIGHTS_MAX - len(flights)]
        )
        frame = Delta(
            self.epoch,
            self.seq,
            clock,
            changed,
            removed,
            [dict(trace_card(entry, self.cluster.trace)) for entry in entries],
            skipped,
            [*flights, *renewed],
            left_out,
        )
        return msgspec.json.encode(frame).decode()

    def _snapshot(self, clock: dict[str, Any], end: int) -> str:
        entries = self.cluster.trace.entries[max(0, end - SNAPSHOT_TRACE) : end]
        keyframe: Any = self.projector.keyframe()
        trace = [dict(trace_card(entry, self.cluster.trace)) for entry in entries]
        flights = flights_at(self.cluster.trace, self.cluster.now, FLIGHTS_MAX)
        frame = Snapshot(self.epoch, self.seq, clock, keyframe, trace, self.branches, flights)
        return msgspec.json.encode(frame).decode()
