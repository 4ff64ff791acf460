"""Saving where a run is."""

from __future__ import annotations

from explorer import storage
from explorer.live import LiveRun
from explorer.storage import Head


async def save_head(live: LiveRun) -> None:
    """Remember how far the branch has been and where the playhead is, so that a killed server comes back there."""
    if not live.kept:
        return
    cluster = live.cluster
    for branch in live.branches:
        if branch["name"] == live.branch:
            branch["head_number"], branch["head_at"] = cluster.head_number, cluster.head_now
    head = Head(live.branch, cluster.head_number, cluster.head_now, cluster.number, cluster.now, live.card())
    live.unsaved = False
    await storage.call(storage.save_head, live.id, head)
