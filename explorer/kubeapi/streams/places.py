"""Places for streams: how many a run may have open, how long one may last, how long nothing may come of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from django.conf import settings

from cluster_core.api.errors import ApiError
from explorer import metrics
from explorer.live import LiveRun

# Upstream's `--streaming-connection-idle-timeout` is 4 h.
LIFE_S, IDLE_S = 4 * 3600.0, 1800.0


@contextlib.contextmanager
def place(live: LiveRun) -> Iterator[None]:
    """A place among the run's streams. Raises 429."""
    if live.clients.streams >= settings.STREAMS_PER_RUN:
        words = f"Too many requests, please try again later. At most {settings.STREAMS_PER_RUN} streams of a run may be open."
        raise ApiError(429, "TooManyRequests", words, {"retryAfterSeconds": 5})
    live.clients.streams += 1
    metrics.STREAMS.inc()
    try:
        yield
    finally:
        live.clients.streams -= 1
        metrics.STREAMS.dec()
        live.used = time.monotonic()


class Lifetime:
    """How long a stream may go on. `touch` when something has come or gone."""

    def __init__(self) -> None:
        now = time.monotonic()
        self._ends, self._idle_at = now + LIFE_S, now + IDLE_S

    def touch(self) -> None:
        """Something came."""
        self._idle_at = time.monotonic() + IDLE_S

    def left(self) -> float:
        """Seconds until it is over if nothing comes; 0 once it is."""
        return max(0.0, min(self._ends, self._idle_at) - time.monotonic())
