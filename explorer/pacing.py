"""Wall time to virtual time: the only reader of the wall clock. Slices of about 5 ms keep the server answering."""

from __future__ import annotations

import asyncio
import contextlib
import time

from cluster_core.cluster.conditions import Condition
from explorer import runs
from explorer.live import LiveRun

FRAME_S = 0.1
SLICE_S = 0.005
SLICE_EVENTS = 100
SAVE_S = 1.0
LAG_MAX_S = 0.5

_tasks: dict[str, asyncio.Task[None]] = {}


def play(live: LiveRun) -> None:
    """Let the run move at its speed (0 = as fast as possible)."""
    live.playing = True
    if live.id not in _tasks or _tasks[live.id].done():
        _tasks[live.id] = asyncio.get_running_loop().create_task(_run(live))


def pause(live: LiveRun) -> None:
    """Stop the run's clock."""
    live.playing = False


async def stop_all() -> None:
    """At shutdown: stop every clock and save where the runs are."""
    for live in runs.live_runs():
        live.playing = False
    for task in list(_tasks.values()):
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def advance(live: LiveRun, until: int, events_max: int) -> int:
    """Run as fast as possible to a virtual time, in slices; returns the number of events that ran."""
    done = 0
    while live.cluster.now < until and done < events_max:
        done += live.cluster.advance(until, min(SLICE_EVENTS * 4, events_max - done))
        await asyncio.sleep(0)
    return done


async def advance_until(live: LiveRun, condition: Condition, limit: int, events_max: int) -> bool:
    """Run as fast as possible until a condition holds or virtual time is `limit`, in slices; whether it held."""
    done = 0
    while done < events_max:
        before = live.cluster.number
        if live.cluster.run_until(condition, limit, SLICE_EVENTS * 4):
            return True
        done += SLICE_EVENTS * 4
        if live.cluster.now >= limit or live.cluster.number == before:
            return False
        await asyncio.sleep(0)
    return False


async def _run(live: LiveRun) -> None:
    """The clock of one run while it plays."""
    start_wall, start_now = time.monotonic(), live.cluster.now
    next_frame = next_save = start_wall
    speed = live.speed
    while live.playing:
        wall = time.monotonic()
        if speed != live.speed or live.cluster.now < start_now:
            speed, start_wall, start_now = live.speed, wall, live.cluster.now
        target = _target(live, start_now, wall - start_wall)
        _slice(live, target, wall + SLICE_S)
        if live.cluster.now < target and speed and (target - live.cluster.now) / 1e6 > LAG_MAX_S * speed:
            start_wall, start_now = wall, live.cluster.now
        if wall >= next_frame:
            elapsed = max(wall - start_wall, 1e-6)
            live.achieved = (live.cluster.now - start_now) / 1e6 / elapsed
            live.publish()
            next_frame = wall + FRAME_S
        if wall >= next_save:
            await runs.save_head(live)
            next_save = wall + SAVE_S
        await asyncio.sleep(0 if live.cluster.now < target else 0.02)
    live.achieved = 0.0
    await runs.save_head(live)
    live.publish()


def _target(live: LiveRun, start_now: int, elapsed: float) -> int:
    if live.speed == 0:
        return live.cluster.now + 3_600_000_000
    return start_now + int(elapsed * live.speed * 1e6)


def _slice(live: LiveRun, target: int, deadline: float) -> None:
    while live.cluster.now < target and time.monotonic() < deadline:
        live.cluster.advance(target, SLICE_EVENTS)
