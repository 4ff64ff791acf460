"""How busy each stretch of a run was, for a strip that cannot hold every entry of a long one."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter

from cluster_core.sim.trace import TraceEntry

BINS_MAX = 2_000
SLICE = 20_000
# What the strip marks above its bars: the user's commands, and trouble.
MARKED = frozenset({"command.given", "pod.back-off", "node.not-ready", "fault.started"})

_at = attrgetter("at")


def counts(entries: Sequence[TraceEntry], span: int, bins: int) -> list[int]:
    """Entries in each of `bins` equal stretches of 0…`span` µs; what happened at `span` belongs to the last one."""
    edges = [-(-span * edge // bins) for edge in range(1, bins)]
    places = [0, *(bisect_left(entries, edge, key=_at) for edge in edges), len(entries)]
    return [after - before for before, after in pairwise(places)]


async def marks(entries: Sequence[TraceEntry], span: int, bins: int) -> list[TraceEntry]:
    """The first entry of each kind that is marked in each stretch; looked for in slices, so that nobody waits."""
    found: dict[tuple[str, int], TraceEntry] = {}
    for start in range(0, len(entries), SLICE):
        for entry in entries[start : start + SLICE]:
            if entry.message_id in MARKED:
                stretch = min(bins - 1, entry.at * bins // max(1, span))
                found.setdefault((entry.message_id, stretch), entry)
        await asyncio.sleep(0)
    return list(found.values())
