"""The work queue: queue, dirty, processing; add, get, done, forget. Upstream: client-go `util/workqueue`."""

from __future__ import annotations

BASE_DELAY_US = 5_000
MAX_DELAY_US = 1_000_000_000


class WorkQueue:
    """Keys waiting for a worker. A key is handed out once at a time; one that is added meanwhile comes again after `done`.

    A key that failed waits `delay` µs, twice as long each time, at most `delay_max`.
    """

    def __init__(self, delay: int = BASE_DELAY_US, delay_max: int = MAX_DELAY_US) -> None:
        self.delay = delay
        self.delay_max = delay_max
        self.queue: dict[str, None] = {}
        self.dirty: dict[str, None] = {}
        self.processing: dict[str, None] = {}
        self.failures: dict[str, int] = {}
        self.coalesced = 0

    def __len__(self) -> int:
        return len(self.queue)

    def add(self, key: str) -> bool:
        """Mark a key for work; True if it now waits in the queue and did not before."""
        if key in self.processing:
            self.coalesced += key in self.dirty
            self.dirty[key] = None
            return False
        if key in self.queue:
            self.coalesced += 1
            return False
        self.queue[key] = None
        return True

    def get(self) -> str | None:
        """The next key, now in processing; None if the queue is empty."""
        for key in self.queue:
            del self.queue[key]
            self.processing[key] = None
            return key
        return None

    def done(self, key: str) -> bool:
        """Work on a key ended; True if it was added meanwhile and waits again."""
        del self.processing[key]
        if key in self.dirty:
            del self.dirty[key]
            self.queue[key] = None
            return True
        return False

    def back_off(self, key: str) -> int:
        """Count a failure; how long (µs) to wait before the key is added again: by default 5 ms doubling to 1,000 s."""
        failures = self.failures.get(key, 0)
        self.failures[key] = failures + 1
        return int(min(self.delay * 2 ** min(failures, 40), self.delay_max))

    def forget(self, key: str) -> None:
        """Work succeeded: the next failure backs off from the start."""
        self.failures.pop(key, None)
