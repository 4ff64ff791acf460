"""The stories of recorded scenarios as the simulator tells them, played once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cluster_core.cluster.world import World
from explorer.reference.player import Player
from explorer.reference.story import Story
from tests.reference.recording import recording


@lru_cache(maxsize=32)
def replayed(name: str, seed: int = 8, before: Callable[[World], None] | None = None) -> Story:
    """The story of a scenario as the simulator tells it."""
    return Player(recording(name), seed, before).run()
