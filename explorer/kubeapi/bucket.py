"""How often something may be asked."""

from __future__ import annotations

import time


class Bucket:
    """A token bucket: `burst` requests at once, `rate` a second over longer times."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left = burst
        self._at = time.monotonic()

    def take(self) -> float:
        """Take one; returns how long to wait (s) if there is none, else 0."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0
