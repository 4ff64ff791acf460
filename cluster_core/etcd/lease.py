"""Leases: keys that disappear together when nobody renews the lease.

Upstream: etcd `server/lease/lessor.go`. Which keys belong to a lease is replicated; when it expires is known to the
leader alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.sim.shelf import Shelf

US_PER_SECOND = 1_000_000
TTL_MIN = 2
"""Seconds: one and a half election timeouts, rounded up, so that a lease outlives a change of leader."""
TTL_MAX = 9_000_000_000


@dataclass(slots=True)
class Lease:
    """`ttl` in seconds; `keys` in the order in which they were attached."""

    ttl: int
    keys: Shelf[str, None] = field(default_factory=Shelf)


class Leases:
    """The leases of a store."""

    def __init__(self) -> None:
        self._leases: dict[int, Lease] = {}

    def __len__(self) -> int:
        return len(self._leases)

    def __contains__(self, lease: int) -> bool:
        return lease in self._leases

    def grant(self, lease: int, ttl: int) -> bool:
        """Make a lease of at least TTL_MIN; False if the id is taken."""
        if lease in self._leases:
            return False
        self._leases[lease] = Lease(max(ttl, TTL_MIN))
        return True

    def ttl(self, lease: int) -> int | None:
        """The granted TTL in seconds; None if there is no such lease."""
        found = self._leases.get(lease)
        return found.ttl if found is not None else None

    def ids(self) -> list[int]:
        """All leases."""
        return list(self._leases)

    def remove(self, lease: int) -> list[str] | None:
        """End a lease and say which keys go with it; None if there is no such lease."""
        found = self._leases.pop(lease, None)
        return sorted(found.keys) if found is not None else None

    def attach(self, key: str, old: int, new: int) -> None:
        """A key moves from lease `old` to lease `new` (0: none)."""
        if old in self._leases:
            self._leases[old].keys.pop(key, None)
        if new:
            self._leases[new].keys[key] = None

    def fork(self) -> Leases:
        """A copy that goes its own way."""
        copy = Leases()
        copy._leases = {lease: Lease(one.ttl, one.keys.copy()) for lease, one in self._leases.items()}
        return copy


class Expiries:
    """The leader's clock for leases: when each expires (µs)."""

    def __init__(self) -> None:
        self._expires_at: dict[int, int] = {}

    def renew(self, lease: int, ttl: int, now: int) -> None:
        """A full TTL from now."""
        self._expires_at[lease] = now + ttl * US_PER_SECOND

    def forget(self, lease: int) -> None:
        """The lease is gone, or its revocation is under way."""
        self._expires_at.pop(lease, None)

    def promote(self, leases: Leases, now: int) -> None:
        """A new leader does not know who renewed last: every lease gets a full TTL, as in etcd."""
        self._expires_at.clear()
        for lease in leases.ids():
            self.renew(lease, leases.ttl(lease) or 0, now)

    def next_at(self) -> int | None:
        """When the next lease expires."""
        return min(self._expires_at.values(), default=None)

    def due(self, now: int) -> list[int]:
        """Leases that have expired."""
        return [lease for lease, at in self._expires_at.items() if at <= now]
