"""One list + watch for a program that runs on every node, and each copy's place in it.

Real Kubernetes: every kube-proxy and every flanneld has its own watch of the same objects. Here one process has it, and each
copy (`SharedReader`) is told that there is news and takes what the watch knows, after the latency of its own link and only if
that link is up: a change costs one event instead of one per node.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from cluster_core.api.request import Obj, WatchBatch
from cluster_core.client.api_client import ClientProcess
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.sim.process import Message, TopologyChanged
from cluster_core.sim.trace import Flight

FLIGHTS_TOLD = 8


class SharedWatch(InformerProcess):
    """The watch. `changed` has each key with the version of its last change, the newest last."""

    def __init__(self, sim: Any, name: str, host: str, user: str, informers: list[Informer]) -> None:
        super().__init__(sim, name, host, user)
        for informer in informers:
            self.add_informer(informer)
        self.readers: list[str] = []
        self.version = 0
        self.changed: OrderedDict[str, int] = OrderedDict()

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Note what changed, under the key that the readers work by."""
        key = self.key_of(resource, new or old or {})
        if key:
            self.version += 1
            self.changed[key] = self.version
            self.changed.move_to_end(key)

    def on_sync(self, resource: str) -> None:
        """A batch was applied: tell the readers."""
        for name in self.readers:
            self.sim.processes[name].told()  # type: ignore[attr-defined]

    def on_watch_batch(self, batch: WatchBatch) -> None:
        """Apply the batch; what each copy's own watch would carry is told to the views, for the first few copies."""
        super().on_watch_batch(batch)
        for name in self.readers[:FLIGHTS_TOLD]:
            reader = self.sim.processes[name]
            if not reader.down and self.sim.links.connected(self.sim, name, self.server):
                arrives = self.sim.now + self.sim.links.latency(self.sim, self.host, reader.host)
                self.sim.trace.flights.append(Flight(self.sim.number, self.server, name, batch, self.sim.now, arrives))

    def key_of(self, resource: str, obj: Obj) -> str:
        """The readers' key of an object, "" for one that does not concern them."""
        raise NotImplementedError

    def changed_since(self, version: int) -> list[str]:
        """The keys that changed after a version, oldest change first."""
        found = []
        for key in reversed(self.changed):
            if self.changed[key] <= version:
                break
            found.append(key)
        return found[::-1]


class TakeNews(Message):
    """Time for a reader to take what the shared watch knows. Alarms from before a crash are of an older `epoch`."""

    __slots__ = ("epoch",)
    handler = "on_take_news"

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch


class SharedReader(ClientProcess):
    """A copy of a program on a node that reads a shared watch: it runs from `restart`, when its container does. Subclasses override
    `take` and, to batch, `PERIOD_US`."""

    PERIOD_US = 0

    def __init__(self, sim: Any, name: str, host: str, watch: SharedWatch) -> None:
        super().__init__(sim, name, host, watch.server)
        self.down = True
        self.watch = watch
        self.taken = -1
        self.last_taken_at: int | None = None
        self.epoch = 0
        self.pending = False
        self.cut_off = False
        watch.readers.append(name)

    def told(self) -> None:
        """There is news: take it after the link's latency, and not sooner than the period allows."""
        if self.down or self.pending or not self.watch.has_synced:
            return
        now: int = self.sim.now
        at = now + self.sim.links.latency(self.sim, self.watch.host, self.host)
        if self.last_taken_at is not None:
            at = max(at, self.last_taken_at + self.PERIOD_US)
        self.pending = True
        self.alarm(at, TakeNews(self.epoch))

    def on_take_news(self, message: TakeNews) -> None:
        """Take it, if the API server is within reach; otherwise when it is again."""
        if message.epoch != self.epoch:
            return
        self.pending = False
        self.cut_off = not self.sim.links.connected(self.sim, self.name, self.watch.server)
        if self.cut_off or not self.watch.has_synced:
            return
        since, self.taken, self.last_taken_at = self.taken, self.watch.version, self.sim.now
        if since != self.taken:
            self.take(since)

    def take(self, since: int) -> None:
        """Bring the node to what the watch knows; `since` is the version it had (-1: none)."""
        raise NotImplementedError

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """A fault began or ended: what was missed comes now."""
        super().on_topology_changed(message)
        if self.cut_off and self.sim.links.connected(self.sim, self.name, self.watch.server):
            self.cut_off = False
            self.told()

    def crash(self) -> None:
        """The program ends, or the machine goes down: nothing is remembered."""
        super().crash()
        self.epoch += 1
        self.taken, self.last_taken_at, self.pending, self.cut_off = -1, None, False, False

    def restart(self) -> None:
        """Begin again with everything."""
        super().restart()
        self.told()
