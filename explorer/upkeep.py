"""What the server does by itself: measures its lag, disconnects stalled viewers, forgets idle runs, collects garbage."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils import timezone

from explorer import garbage, metrics, pacing, runs, storage
from explorer.hub import Viewer
from explorer.protocol import Notice
from explorer.saving import save_head

LAG_EVERY_S = 0.1
SAVE_EVERY_S = 1.0
TIDY_EVERY_S = 10.0
CULL_EVERY_S = 3600.0
CLOSE_RESTART = 1012
GOODBYE_S = 3.0

logger = logging.getLogger(__name__)
_tasks: WeakKeyDictionary[asyncio.AbstractEventLoop, list[asyncio.Task[None]]] = WeakKeyDictionary()


def begin() -> None:
    """Start the upkeep of the running event loop, once."""
    loop = asyncio.get_running_loop()
    if loop not in _tasks:
        work = (_measure_lag, _save, _tidy, _cull)
        _tasks[loop] = [loop.create_task(_again_and_again(part), context=contextvars.Context()) for part in work]


class Upkeep:
    """ASGI middleware: the first request begins the upkeep, whatever server runs the application."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Begin, then handle the request."""
        begin()
        await self.app(scope, receive, send)


async def stop() -> None:
    """Before the server ends: clocks stand still, heads are saved, viewers are told to come back."""
    loop = asyncio.get_running_loop()
    for task in _tasks.pop(loop, []):
        task.cancel()
    for live in runs.live_runs():
        await pacing.stop(live)
        await live.alone(lambda live=live: save_head(live))  # type: ignore[misc]
        live.tell(Notice("notice.server-stopping", {"number": live.cluster.number}))
        live.clients.hang_up()
        for viewer in live.hub.viewers:
            viewer.close(CLOSE_RESTART)
    deadline = time.monotonic() + GOODBYE_S
    while _viewers() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


def _viewers() -> list[Viewer]:
    return [viewer for live in runs.live_runs() for viewer in live.hub.viewers]


async def _measure_lag() -> None:
    asked = time.monotonic() + LAG_EVERY_S
    await asyncio.sleep(LAG_EVERY_S)
    metrics.LOOP_LAG.observe(max(0.0, time.monotonic() - asked))


async def _save() -> None:
    """Heads of paused runs that clients write to; those of playing ones are saved by their clocks."""
    await asyncio.sleep(SAVE_EVERY_S)
    for live in runs.live_runs():
        if live.unsaved and not live.playing:
            await live.alone(lambda live=live: save_head(live))  # type: ignore[misc]


async def _tidy() -> None:
    await asyncio.sleep(TIDY_EVERY_S)
    garbage.tidy(idle=not any(live.playing or live.users for live in runs.live_runs()))
    for live in runs.live_runs():
        live.hub.close_stalled()
        if time.monotonic() - live.used > settings.FORGET_AFTER_S:
            await runs.forget(live)


async def _cull() -> None:
    unused_since = timezone.now() - timedelta(days=settings.RUN_DAYS)
    count = await storage.call(storage.cull, unused_since)
    if count:
        logger.warning("forgot %d runs that nobody has used for %d days", count, settings.RUN_DAYS)
    await asyncio.sleep(CULL_EVERY_S)


async def _again_and_again(work: Callable[[], Awaitable[None]]) -> None:
    """A mistake, or a database that is away for a while, must not end the upkeep."""
    while True:
        try:
            await work()
        except Exception:
            logger.exception("upkeep: %s", work.__name__)
            await asyncio.sleep(TIDY_EVERY_S)
