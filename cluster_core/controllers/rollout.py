"""The arithmetic of a rolling update: how many pods may exist, how many must be available. Upstream: `deployment/util`, `rolling.go`."""

from __future__ import annotations

from dataclasses import dataclass

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


def budget(deployment: Obj) -> Budget:
    """Percentages of the desired replicas: surge rounds up, unavailability down; both 0 means one may be unavailable."""
    desired = deployment["spec"]["replicas"]
    rolling = deployment["spec"]["strategy"].get("rollingUpdate") or {}
    surge = resolve(rolling.get("maxSurge", 0), desired, round_up=True)
    unavailable = min(resolve(rolling.get("maxUnavailable", 0), desired, round_up=False), desired)
    return Budget(desired, surge, unavailable if surge or unavailable else min(1, desired))


def resolve(value: int | str, total: int, round_up: bool) -> int:
    """An int-or-percentage as a number."""
    if isinstance(value, int):
        return value
    part = int(value.rstrip("%")) * total
    return -(-part // 100) if round_up else part // 100


def new_size(limits: Budget, new: int, total: int) -> int:
    """How large the new ReplicaSet may be now: it grows while the total stays within the surge."""
    if total >= limits.max_total:
        return max(new, 0)
    return new + min(limits.max_total - total, limits.desired - new)


def removable(limits: Budget, total: int, new_unavailable: int) -> int:
    """How many old pods may be given up at most, so that enough stay available."""
    return max(0, total - limits.min_available - new_unavailable)


def scale_proportionally(sizes: list[int], total_before: int, allowed: int) -> list[int]:
    """Spread a change of the allowed total over ReplicaSets by their share; the first (largest) takes the rest."""
    before = sum(sizes)
    change = allowed - before
    if before == 0 or change == 0:
        return sizes
    shares = [round(size * allowed / total_before) - size for size in sizes]
    left, result = change, []
    for size, share in zip(sizes, shares, strict=True):
        given = max(min(share, left), 0) if change > 0 else min(max(share, left), 0)
        left -= given
        result.append(size + given)
    result[0] = max(0, result[0] + left)
    return result
