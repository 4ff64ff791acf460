"""Checkpoints of a run: the world as it was at some events, spaced so that they cost less than the work between them.

A checkpoint is a pickle in which the versions of API objects are references: they never change (invariant I4), so the
checkpoint, the live world and every fork share them. What is copied is what can change: queues, indexes, alarms.
"""

from __future__ import annotations

import gc
import io
import pickle
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.api.kinds.kind import Kind
from cluster_core.apiserver.apply.ownership import Owned
from cluster_core.apiserver.watch_cache import Change
from cluster_core.etcd.api import KeyValue
from cluster_core.etcd.mvcc import Revision, Versions
from cluster_core.etcd.raft.message import Entries, Entry
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.schedule_one import Verdict
from cluster_core.sim.shelf import Fixed, Ledger, Recent, Shelf

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

SPACING_MIN = 1_500
KEPT_MAX = 200
BYTES_PER_EVENT = 125

# Classes by whether their values are shared; the others are judged when they are met first.
_SHARED: dict[type, bool] = dict.fromkeys(
    (Owned, KeyValue, Versions, Revision, Change, Entry, PodInfo, Verdict, Fixed, Shelf, Ledger, Recent, Entries), True
)
# Containers of shared things: the checkpoint has a copy of its own, and so has every world that is made of it.
_COPIED = (Shelf, Ledger, Recent, Entries)


@dataclass(slots=True)
class Checkpoint:
    """A saved world: its pickle, and the immutable objects that the pickle refers to by number."""

    number: int
    data: bytes
    shared: list[Any]


class Checkpoints:
    """Saved worlds in order of event number, the first at 0. Past `KEPT_MAX` every other one goes and the spacing doubles."""

    def __init__(self) -> None:
        self._saved: list[Checkpoint] = []
        self._spacing = SPACING_MIN
        self._last_bytes = 0

    def __len__(self) -> int:
        return len(self._saved)

    @property
    def due_at(self) -> int:
        """The event number from which on the world is far enough from the last checkpoint."""
        if not self._saved:
            return 0
        return self._saved[-1].number + max(self._spacing, self._last_bytes // BYTES_PER_EVENT)

    def save(self, world: World) -> None:
        """Keep the world as it is now."""
        checkpoint = freeze(world)
        self._saved.append(checkpoint)
        self._last_bytes = len(checkpoint.data)
        if len(self._saved) > KEPT_MAX:
            self._saved = self._saved[:1] + self._saved[2::2]
            self._spacing *= 2

    def load(self, number: int) -> World:
        """A fresh copy of the newest world at or before event `number`; its trace must be attached again."""
        return thaw(self._saved[self._place(number)])

    def nearest(self, number: int) -> int:
        """The event number of the checkpoint that `load` would take."""
        return self._saved[self._place(number)].number

    def prefix(self, number: int) -> Checkpoints:
        """The checkpoints up to event `number`, shared with this history: for a fork."""
        copy = Checkpoints()
        copy._saved, copy._spacing = self._saved[: self._place(number) + 1], self._spacing
        copy._last_bytes = self._last_bytes
        return copy

    def _place(self, number: int) -> int:
        return bisect_right(self._saved, number, key=_number) - 1


def freeze(world: World) -> Checkpoint:
    """The world as it is now."""
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, protocol=5)
    with _no_garbage_collection():
        pickler.dump(world)
    return Checkpoint(world.sim.number, buffer.getvalue(), pickler.shared)


def thaw(checkpoint: Checkpoint) -> World:
    """A copy of the world that goes its own way."""
    unpickler = _Unpickler(io.BytesIO(checkpoint.data))
    unpickler.shared, unpickler.copies = checkpoint.shared, {}
    with _no_garbage_collection():
        world: World = unpickler.load()
    return world


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Thousands of new objects, none of them garbage: looking for cycles meanwhile takes longer than the work itself."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _number(checkpoint: Checkpoint) -> int:
    return checkpoint.number


class _Pickler(pickle.Pickler):
    """Puts immutable things aside: API objects (dicts with an apiVersion: nothing else in the world has one), what etcd keeps,
    kinds and frozen dataclasses; shelves and ledgers of such things as a whole. What it has met it keeps alive, for its identity."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shared: list[Any] = []
        self._kept: list[Any] = []
        self._places: dict[int, int] = {}

    def persistent_id(self, obj: Any) -> int | None:
        """The number of a thing that is shared instead of copied."""
        kind = obj.__class__
        if kind is str or kind is int:
            return None
        shared = _SHARED.get(kind)
        if shared is None:
            shared = _SHARED[kind] = is_frozen(kind) or issubclass(kind, Kind)
        if not shared and not (kind is dict and "apiVersion" in obj):
            return None
        place = self._places.get(id(obj))
        if place is None:
            place = self._places[id(obj)] = len(self.shared)
            self.shared.append(obj.copy() if kind in _COPIED else obj)
            self._kept.append(obj)
        return place


def is_frozen(kind: type) -> bool:
    """Whether the values of a class never change: a dataclass that says so."""
    params = getattr(kind, "__dataclass_params__", None)
    return params is not None and bool(params.frozen)


class _Unpickler(pickle.Unpickler):
    shared: list[Any]
    copies: dict[int, Any]

    def persistent_load(self, pid: Any) -> Any:
        """The shared thing of a number; of a container a copy, the same wherever the world has it."""
        thing = self.shared[pid]
        if thing.__class__ not in _COPIED:
            return thing
        if pid not in self.copies:
            self.copies[pid] = thing.copy()
        return self.copies[pid]
