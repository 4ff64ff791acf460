"""How Events get old: each is attached to a lease of etcd that ends an hour later, one lease for the Events of a minute.

Upstream: `--event-ttl` of kube-apiserver, storage/etcd3 `lease_manager.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.sim.kernel import US_PER_SECOND

REUSED_S = 60
TTL_S = 3600 + REUSED_S
ATTACHED_MAX = 1_000


@dataclass(slots=True)
class EventLease:
    """The lease that new Events are attached to until `until` (µs); `waiting` for it are writes, while request `asked` makes it."""

    lease: int = 0
    until: int = 0
    attached: int = 0
    asked: int = 0
    waiting: list[Any] = field(default_factory=list)

    def covers(self, now: int) -> bool:
        """Whether another Event can be attached."""
        return bool(self.lease) and now < self.until and self.attached < ATTACHED_MAX

    def attach(self) -> int:
        """Attach one more; returns the lease."""
        self.attached += 1
        return self.lease

    def granted(self, lease: int, now: int) -> None:
        """A new lease is there."""
        self.lease, self.until, self.attached = lease, now + REUSED_S * US_PER_SECOND, 0

    def release(self) -> list[Any]:
        """The writes that waited; nothing is asked for any more."""
        self.asked, found, self.waiting = 0, self.waiting, []
        return found
