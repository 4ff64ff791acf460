"""Checkpoints of a run: pickles of the world in memory, spaced so that they cost less than the work between them."""

from __future__ import annotations

import pickle
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

SPACING_MIN = 2_000
KEPT_MAX = 64
BYTES_PER_EVENT = 1_500


class Checkpoints:
    """Saved worlds by event number, the first at number 0. Past `KEPT_MAX` every other one goes and the spacing doubles."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._pickles: list[bytes] = []
        self._spacing = SPACING_MIN

    def due(self, number: int) -> bool:
        """Whether the world at event `number` is far enough from the last checkpoint."""
        return not self._numbers or number - self._numbers[-1] >= self._spacing

    def save(self, world: World) -> None:
        """Keep the world as it is now."""
        data = pickle.dumps(world, protocol=5)
        self._numbers.append(world.sim.number)
        self._pickles.append(data)
        if len(self._numbers) > KEPT_MAX:
            self._numbers = self._numbers[:1] + self._numbers[2::2]
            self._pickles = self._pickles[:1] + self._pickles[2::2]
            self._spacing *= 2
        self._spacing = max(self._spacing, len(data) // BYTES_PER_EVENT)

    def load(self, number: int) -> World:
        """A fresh copy of the newest world at or before event `number`; its trace must be attached again."""
        place = bisect_right(self._numbers, number) - 1
        world: World = pickle.loads(self._pickles[place])
        return world

    def nearest(self, number: int) -> int:
        """The event number of the checkpoint that `load` would take."""
        return self._numbers[bisect_right(self._numbers, number) - 1]

    def prefix(self, number: int) -> Checkpoints:
        """The checkpoints up to event `number`, shared with this history: for a fork."""
        copy = Checkpoints()
        end = bisect_right(self._numbers, number)
        copy._numbers, copy._pickles, copy._spacing = self._numbers[:end], self._pickles[:end], self._spacing
        return copy
