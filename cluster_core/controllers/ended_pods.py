"""How long a DaemonSet waits before it deletes the next failed pod of a node: 1 s doubling to 15 minutes, forgotten after 30.

Upstream: client-go `util/flowcontrol/backoff.go`, as the daemon set controller uses it.
"""

from __future__ import annotations

FIRST_US, MOST_US = 1_000_000, 900_000_000


class EndedPods:
    """Per set and node: the present delay and when the last pod was deleted (µs)."""

    def __init__(self) -> None:
        self._delays: dict[str, tuple[int, int]] = {}

    def wait(self, key: str, now: int) -> int:
        """How long (µs) the next deletion has to wait; 0: it may happen, and the one after it waits twice as long."""
        delay, since = self._delays.get(key, (0, 0))
        if not delay or now - since > 2 * MOST_US:
            self._delays[key] = (FIRST_US, now)
            return 0
        if now - since < delay:
            return delay - (now - since)
        self._delays[key] = (min(2 * delay, MOST_US), now)
        return 0

    def forget(self, prefix: str) -> None:
        """A set is gone."""
        for key in [one for one in self._delays if one.startswith(prefix)]:
            del self._delays[key]
