"""A watch shared by the copies of a program: when each takes the news."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import WatchBatch
from cluster_core.client.informer import Informer
from cluster_core.client.shared_watch import SharedReader, SharedWatch
from cluster_core.sim.kernel import US_PER_SECOND, Simulation
from cluster_core.sim.links import Links, Rule
from cluster_core.sim.process import Process, TopologyChanged
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace


class Names(SharedWatch):
    """By name."""

    def key_of(self, resource: str, obj: dict[str, Any]) -> str:
        return str(obj["metadata"]["name"])


class Reader(SharedReader):
    """Remembers when it took what."""

    PERIOD_US = US_PER_SECOND

    def __init__(self, sim: Any, name: str, host: str, watch: SharedWatch) -> None:
        super().__init__(sim, name, host, watch)
        self.seen: list[tuple[int, list[str]]] = []

    def take(self, since: int) -> None:
        self.seen.append((self.sim.now, self.watch.changed_since(since)))


class Room:
    """A watch that has synced, and two readers on two nodes."""

    def __init__(self) -> None:
        self.sim = Simulation(Streams(1), Links(), Trace(1000), 1000)
        Process(self.sim, "apiserver", "control-plane")
        self.watch = Names(self.sim, "watch", "control-plane", "user", [Informer("nodes")])
        self.watch.informers["nodes"].synced = True
        self.near = Reader(self.sim, "reader/a", "a", self.watch)
        self.far = Reader(self.sim, "reader/b", "b", self.watch)
        self.near.restart()
        self.far.restart()
        self.sim.advance(0, 10)

    def change(self, *names: str) -> None:
        for name in names:
            self.watch.on_change("nodes", None, {"metadata": {"name": name}})
        self.watch.on_sync("nodes")

    def run(self, seconds: float) -> None:
        self.sim.advance(self.sim.now + int(seconds * US_PER_SECOND), 1000)


def test_each_reader_takes_the_news_after_its_own_latency() -> None:
    room = Room()
    room.change("x", "y")
    room.run(1)
    for reader in (room.near, room.far):
        latency = room.sim.links.latency(room.sim, "control-plane", reader.host)
        assert reader.seen == [(latency, ["x", "y"])]
    assert room.near.seen != room.far.seen


def test_changes_within_a_period_are_taken_together() -> None:
    room = Room()
    room.change("x")
    room.run(0.1)
    for name in ("y", "z", "y"):
        room.change(name)
        room.run(0.01)
    room.run(2)
    assert [keys for _, keys in room.near.seen] == [["x"], ["z", "y"]]
    assert room.near.seen[1][0] - room.near.seen[0][0] == US_PER_SECOND


def test_nothing_is_scheduled_while_nothing_changes() -> None:
    room = Room()
    room.change("x")
    room.run(5)
    assert room.sim.next_at() is None


def test_a_reader_that_is_cut_off_catches_up_when_it_is_back() -> None:
    room = Room()
    room.sim.links.rules.append(Rule("cut", "a", "*", "drop"))
    room.change("x")
    room.run(5)
    assert (room.near.seen, len(room.far.seen)) == ([], 1)
    room.sim.links.rules.clear()
    room.near.on_topology_changed(TopologyChanged("a"))
    room.run(5)
    assert [keys for _, keys in room.near.seen] == [["x"]]


def test_a_restarted_reader_begins_with_everything() -> None:
    room = Room()
    room.change("x")
    room.run(5)
    room.change("y")
    room.near.crash()
    room.run(5)
    assert len(room.near.seen) == 1, "the alarm of the old life is void"
    room.near.restart()
    room.run(5)
    assert room.near.seen[-1][1] == ["x", "y"]


def test_the_views_see_a_delivery_to_each_copy_that_is_within_reach() -> None:
    room = Room()
    room.watch._watches[1] = room.watch.informers["nodes"]
    room.far.crash()
    batch = WatchBatch(1, 5, [("ADDED", {"kind": "Node", "metadata": {"name": "x"}})])
    room.watch.on_watch_batch(batch)
    (flight,) = room.sim.trace.flights
    assert (flight.source, flight.target) == ("apiserver", "reader/a")
    assert flight.arrives == room.sim.links.latency(room.sim, "control-plane", "a")
