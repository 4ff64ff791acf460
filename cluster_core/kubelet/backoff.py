"""Back-off of container restarts and image pulls: 10 s doubling to 5 min, forgotten after 10 quiet minutes.

Upstream: client-go `util/flowcontrol/backoff.go` with MaxContainerBackOff.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.sim.kernel import US_PER_SECOND

BASE_US = 10 * US_PER_SECOND
MAX_US = 300 * US_PER_SECOND


@dataclass(slots=True)
class BackOff:
    """The delay that the next attempt has to keep after the last failure (µs); 0: no failure yet."""

    delay: int = 0
    updated_at: int = 0

    def until(self, failed_at: int) -> int:
        """When the next attempt may be made after a failure at `failed_at`."""
        return failed_at if self._expired(failed_at) else failed_at + self.delay

    def next(self, failed_at: int, now: int) -> None:
        """An attempt is made now: the delay after it doubles."""
        expired = self.delay == 0 or self._expired(failed_at)
        self.delay = BASE_US if expired else min(2 * self.delay, MAX_US)
        self.updated_at = now

    def _expired(self, failed_at: int) -> bool:
        return failed_at - self.updated_at > 2 * MAX_US
