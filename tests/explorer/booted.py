"""Clusters at rest, kept for the tests of the explorer, by config and seed.

A boot takes a quarter of a second, which most tests need not spend: they begin at a copy of the world that another test
has booted. That a copy is what the original is, `tests/properties/test_determinism.py` says.
"""

from __future__ import annotations

import pytest

from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.history import Checkpoint, freeze, thaw
from cluster_core.cluster.world import World, begin_boot, continue_boot
from cluster_core.sim.trace import Trace
from explorer import runs
from explorer.rest import run_calls

SEED = 7
KEPT: dict[str, Checkpoint] = {}


def at_rest(config: ClusterConfig, seed: int) -> World:
    """In the place of `begin_boot`: a world that `continue_boot` finds nothing to do for."""
    key = f"{seed} {config!r}"
    if key not in KEPT:
        world = begin_boot(config, seed)
        while not continue_boot(world, 1_000):
            pass
        KEPT[key] = freeze(world)
    found = thaw(KEPT[key])
    found.sim.trace = Trace(config.limits.trace_entries)
    return found


@pytest.fixture(autouse=True)
def booted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs begin at a cluster that was kept, those without a seed of their own all at the same; but not in tests marked
    `boots`."""
    if request.node.get_closest_marker("boots") is None:
        monkeypatch.setattr(runs, "begin_boot", at_rest)
        monkeypatch.setattr(run_calls.secrets, "randbits", lambda bits: SEED)
