"""From the wish of the metrics to what is done: stabilization windows, policies of the behavior, the bounds. Pure but for `Memory`.

Upstream: normalizeDesiredReplicas… of `horizontal.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

from cluster_core.api.request import Obj
from cluster_core.sim.kernel import US_PER_SECOND

DOWN_WINDOW_S = 300
UP_FACTOR, UP_LEAST = 2, 4

DOWN = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
UP = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
READY = ("ReadyForNewScale", "recommended size matches current size")
WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
UP_LIMIT = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
DOWN_LIMIT = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")


@dataclass(slots=True)
class Memory:
    """What is remembered of an autoscaler: (when in µs, replicas) of recommendations, (when, change) of scalings each way."""

    recommendations: list[tuple[int, int]] = field(default_factory=list)
    ups: list[tuple[int, int]] = field(default_factory=list)
    downs: list[tuple[int, int]] = field(default_factory=list)

    def copy(self) -> Memory:
        """Another one, to look ahead with."""
        return Memory(list(self.recommendations), list(self.ups), list(self.downs))

    def recommended(self, replicas: int, at: int, window: int) -> None:
        """Remember a recommendation, and forget those that no window (µs) reaches any more."""
        self.recommendations = [one for one in self.recommendations if one[0] >= at - window]
        self.recommendations.append((at, replicas))

    def scaled(self, behavior: Obj | None, before: int, after: int, at: int) -> None:
        """Remember a scaling as long as a policy counts it."""
        if behavior is None:
            return
        name, field_name = ("ups", "scaleUp") if after > before else ("downs", "scaleDown")
        longest = max((policy["periodSeconds"] for policy in behavior[field_name].get("policies") or ()), default=0)
        kept = [one for one in getattr(self, name) if one[0] >= at - longest * US_PER_SECOND]
        setattr(self, name, [*kept, (at, abs(after - before))])


@dataclass(frozen=True, slots=True)
class Normalized:
    """Replicas, and (reason, message) of the conditions AbleToScale and ScalingLimited."""

    replicas: int
    able: tuple[str, str]
    limited: bool
    limit: tuple[str, str]


def window_of(spec: Obj) -> int:
    """The longest stabilization window (µs)."""
    behavior = spec.get("behavior")
    if behavior is None:
        return DOWN_WINDOW_S * US_PER_SECOND
    return max(_window(behavior["scaleUp"], 0), _window(behavior["scaleDown"], DOWN_WINDOW_S))


def normalized(memory: Memory, spec: Obj, current: int, wanted: int, at: int) -> Normalized:
    """What is done about a wish at `at` (µs), which is remembered."""
    if spec.get("behavior") is None:
        stable, words = _stabilized(memory, wanted, at), DOWN
        replicas, limit = _within_rules(current, stable, spec["minReplicas"], spec["maxReplicas"])
    else:
        stable, words = _stabilized_by(memory, spec["behavior"], current, wanted, at)
        replicas, limit = _within_rates(memory, spec, current, stable, at)
    memory.recommended(wanted, at, window_of(spec))
    return Normalized(replicas, words if stable != wanted else READY, replicas != stable, limit)


def _stabilized(memory: Memory, wanted: int, at: int) -> int:
    since = at - DOWN_WINDOW_S * US_PER_SECOND
    return max([wanted, *(replicas for when, replicas in memory.recommendations if when >= since)])


def _stabilized_by(memory: Memory, behavior: Obj, current: int, wanted: int, at: int) -> tuple[int, tuple[str, str]]:
    """The current size, brought between the lowest recent recommendation (to grow) and the highest (to shrink)."""
    up, down = _window(behavior["scaleUp"], 0), _window(behavior["scaleDown"], DOWN_WINDOW_S)
    lowest = min([wanted, *(replicas for when, replicas in memory.recommendations if when > at - up)])
    highest = max([wanted, *(replicas for when, replicas in memory.recommendations if when > at - down)])
    return min(max(current, lowest), highest), UP if wanted >= current else DOWN


def _within_rules(current: int, wanted: int, least: int, most: int) -> tuple[int, tuple[str, str]]:
    fastest = max(UP_FACTOR * current, UP_LEAST)
    bound, words = (fastest, UP_LIMIT) if most > fastest else (most, TOO_MANY)
    if wanted < least:
        return least, TOO_FEW
    return (bound, words) if wanted > bound else (wanted, WITHIN)


def _within_rates(memory: Memory, spec: Obj, current: int, wanted: int, at: int) -> tuple[int, tuple[str, str]]:
    behavior, least, most = spec["behavior"], spec["minReplicas"], spec["maxReplicas"]
    if wanted > current:
        fastest = max(current, _most_allowed(behavior["scaleUp"], current, memory, at))
        bound, words = (fastest, UP_LIMIT) if most > fastest else (most, TOO_MANY)
        return (bound, words) if wanted > bound else (wanted, WITHIN)
    if wanted < current:
        lowest = min(current, _least_allowed(behavior["scaleDown"], current, memory, at))
        bound, words = (lowest, DOWN_LIMIT) if least < lowest else (least, TOO_FEW)
        return (bound, words) if wanted < bound else (wanted, WITHIN)
    return wanted, WITHIN


def _most_allowed(rules: Obj, current: int, memory: Memory, at: int) -> int:
    """The size to which the policies let it grow."""
    if rules["selectPolicy"] == "Disabled":
        return current
    found: list[int] = []
    for policy in rules["policies"]:
        start = current - _net(memory, policy["periodSeconds"], at)
        pods = policy["type"] == "Pods"
        found.append(start + policy["value"] if pods else ceil(start * (1 + policy["value"] / 100)))
    return min(found) if rules["selectPolicy"] == "Min" else max(found)


def _least_allowed(rules: Obj, current: int, memory: Memory, at: int) -> int:
    """The size to which the policies let it shrink."""
    if rules["selectPolicy"] == "Disabled":
        return current
    found: list[int] = []
    for policy in rules["policies"]:
        start = current - _net(memory, policy["periodSeconds"], at)
        pods = policy["type"] == "Pods"
        found.append(start - policy["value"] if pods else int(start * (1 - policy["value"] / 100)))
    return max(found) if rules["selectPolicy"] == "Min" else min(found)


def _net(memory: Memory, seconds: int, at: int) -> int:
    """By how much it has grown in the last seconds."""
    since = at - seconds * US_PER_SECOND
    grown = sum(change for when, change in memory.ups if when > since)
    return grown - sum(change for when, change in memory.downs if when > since)


def _window(rules: Obj, default: int) -> int:
    found = rules.get("stabilizationWindowSeconds")
    return (default if found is None else int(found)) * US_PER_SECOND
