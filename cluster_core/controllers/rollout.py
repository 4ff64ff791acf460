"""The arithmetic of a rolling update: how many pods may exist, how many must be available. Upstream: `deployment/util`, `rolling.go`."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from cluster_core.api.request import Obj


@dataclass(frozen=True, slots=True)
class Budget:
    """Of one Deployment: desired replicas, and the surge and unavailability that its strategy allows, as numbers."""

    desired: int
    max_surge: int
    max_unavailable: int

    @property
    def max_total(self) -> int:
        """How many pods may exist."""
        return self.desired + self.max_surge

    @property
    def min_available(self) -> int:
        """How many pods must be available."""
        return self.desired - self.max_unavailable


@dataclass(frozen=True, slots=True)
class Share:
    """An active ReplicaSet when its Deployment is scaled: its size, and the total that was allowed when it was last sized
    (annotation max-replicas; else the Deployment's status.replicas)."""

    size: int
    max_total_before: int


def budget(deployment: Obj) -> Budget:
    """Percentages of the desired replicas: surge rounds up, unavailability down; both 0 means one may be unavailable.

    Recreate allows neither.
    """
    desired = deployment["spec"]["replicas"]
    strategy = deployment["spec"]["strategy"]
    if strategy["type"] != "RollingUpdate":
        return Budget(desired, 0, 0)
    rolling = strategy.get("rollingUpdate") or {}
    surge = resolve(rolling.get("maxSurge", 0), desired, round_up=True)
    unavailable = resolve(rolling.get("maxUnavailable", 0), desired, round_up=False)
    if not surge and not unavailable:
        unavailable = 1
    return Budget(desired, surge, min(unavailable, desired))


def resolve(value: int | str, total: int, round_up: bool) -> int:
    """An int-or-percentage as a number."""
    if isinstance(value, int):
        return value
    part = int(value.rstrip("%")) * total
    return -(-part // 100) if round_up else part // 100


def new_size(limits: Budget, new: int, total: int) -> int:
    """How large the new ReplicaSet may be now: it grows while the total stays within the surge."""
    if total >= limits.max_total:
        return new
    return new + min(limits.max_total - total, limits.desired - new)


def removable(limits: Budget, total: int, new_unavailable: int) -> int:
    """How many old pods may be given up at most, so that enough stay available."""
    return max(0, total - limits.min_available - new_unavailable)


def scale_proportionally(shares: list[Share], limits: Budget) -> list[int]:
    """Spread a change of the allowed total over ReplicaSets by their share; the first takes what rounding leaves over.

    The largest comes first; among equals the newest when there is something to add, else the oldest.
    """
    change = (limits.max_total if limits.desired > 0 else 0) - sum(share.size for share in shares)
    added, result = 0, []
    for share in shares:
        part = _proportion(share, limits, change, added)
        added += part
        result.append(share.size + part)
    if result and change:
        result[0] = max(0, result[0] + change - added)
    return result


def _proportion(share: Share, limits: Budget, change: int, added: int) -> int:
    if share.size == 0 or change == added:
        return 0
    part = _fraction(share, limits)
    return min(part, change - added) if change > 0 else max(part, change - added)


def _fraction(share: Share, limits: Budget) -> int:
    """How much a ReplicaSet would grow if it kept its part of the total; halves round away from zero, as upstream's do."""
    if limits.desired == 0:
        return -share.size
    if share.max_total_before == 0:
        return 0
    return floor(share.size * limits.max_total / share.max_total_before + 0.5) - share.size
