"""How many replicas a metric asks for. Pure. Upstream: `replica_calculator.go`, `metrics/utilization.go`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj
from cluster_core.controllers.autoscaling.samples import (
    Groups,
    MetricError,
    Sample,
    grouped,
    is_running_ready,
    milli,
)

NO_PODS = "no pods returned by selector while calculating replica count"
UNREADY = "did not receive metrics for targeted pods (pods might be unready)"
TOLERANCE = 0.1

# The ratio of the usage to the target of some samples; what is told of the usage goes with it.
Ratio = Callable[[dict[str, Sample]], float]


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far the ratio may be off before anything is done, each way."""

    down: float = TOLERANCE
    up: float = TOLERANCE

    def holds(self, ratio: float) -> bool:
        """Whether a ratio is near enough to 1."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


@dataclass(frozen=True, slots=True)
class Scene:
    """What every metric is judged by: the wanted and the reported replicas, the pods that the target selects, the time (µs)."""

    replicas: int
    reported: int
    pods: list[Obj]
    tolerances: Tolerances
    now: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Replicas, and the usage as it is told: in thousandths, and in percent of the requests where that is the target."""

    replicas: int
    usage: int
    percent: int | None = None


def by_utilization(scene: Scene, samples: dict[str, Sample], target: int, resource: str, container: str) -> Proposal:
    """Replicas for a target in percent of the requests. Raises MetricError."""
    groups, samples = _counted(scene, samples, resource)
    requests = {pod["metadata"]["name"]: _request(pod, resource, container) for pod in scene.pods}

    def ratio(found: dict[str, Sample]) -> float:
        return _utilization(found, requests)[0] / target

    percent, usage = _utilization(samples, requests)
    missing = {name: requests[name] * max(100, target) // 100 for name in groups.missing}
    return Proposal(_replicas(scene, groups, samples, ratio, missing), usage, percent)


def by_average(scene: Scene, samples: dict[str, Sample], target: int, resource: str = "") -> Proposal:
    """Replicas for a target average per pod, in thousandths. Raises MetricError."""
    groups, samples = _counted(scene, samples, resource)

    def ratio(found: dict[str, Sample]) -> float:
        return _average(found) / target

    missing = dict.fromkeys(groups.missing, target)
    return Proposal(_replicas(scene, groups, samples, ratio, missing), _average(samples))


def by_value(scene: Scene, usage: int, target: int) -> Proposal:
    """Replicas for a target of one value, such as the length of a queue: as many times the Ready pods as it is off."""
    ratio = usage / target
    if scene.replicas == 0:
        return Proposal(ceil(ratio), usage)
    if scene.tolerances.holds(ratio):
        return Proposal(scene.replicas, usage)
    if not scene.pods:
        raise MetricError(f"unable to calculate ready pods: {NO_PODS}")
    return Proposal(ceil(ratio * sum(map(is_running_ready, scene.pods))), usage)


def by_value_per_pod(scene: Scene, usage: int, target: int) -> Proposal:
    """Replicas for a target of one value divided by the pods."""
    replicas = scene.reported
    if not replicas or not scene.tolerances.holds(usage / (target * replicas)):
        replicas = ceil(usage / target)
    return Proposal(replicas, ceil(usage / scene.reported) if scene.reported else 0)


def _counted(scene: Scene, samples: dict[str, Sample], resource: str) -> tuple[Groups, dict[str, Sample]]:
    if not scene.pods:
        raise MetricError(NO_PODS)
    groups = grouped(scene.pods, samples, resource, scene.now)
    left_out = (*groups.ignored, *groups.unready)
    samples = {name: sample for name, sample in samples.items() if name not in left_out}
    if not samples:
        raise MetricError(UNREADY)
    return groups, samples


def _replicas(scene: Scene, groups: Groups, samples: dict[str, Sample], ratio: Ratio, missing: dict[str, int]) -> int:
    """The wish, with doubt against it: pods of which nothing is known use nothing when it would grow, all they may when it would
    shrink; and it never turns round by that."""
    first, current = ratio(samples), scene.replicas
    with_unready = bool(groups.unready) and first > 1.0
    if not with_unready and not groups.missing:
        return current if scene.tolerances.holds(first) else ceil(first * groups.ready)
    filled = dict(samples)
    if first != 1.0:
        filled |= {name: Sample(value if first < 1.0 else 0) for name, value in missing.items()}
    if with_unready:
        filled |= {name: Sample(0) for name in groups.unready}
    second = ratio(filled)
    if scene.tolerances.holds(second) or (first < 1.0 < second) or (second < 1.0 < first):
        return current
    wanted = ceil(second * len(filled))
    turned = (second < 1.0 and wanted > current) or (second > 1.0 and wanted < current)
    return current if turned else wanted


def _utilization(samples: dict[str, Sample], requests: dict[str, int]) -> tuple[int, int]:
    """Percent of the requests, and the average in thousandths."""
    known = [name for name in samples if name in requests]
    total, wanted = sum(samples[name].value for name in known), sum(requests[name] for name in known)
    if not wanted:
        raise MetricError("no metrics returned matched known pods")
    return total * 100 // wanted, total // len(known)


def _average(samples: dict[str, Sample]) -> int:
    return sum(sample.value for sample in samples.values()) // len(samples)


def _request(pod: Obj, resource: str, container: str) -> int:
    """What a pod, or one container of it, requests, in thousandths. A container without a request is an error."""
    spec, name = pod["spec"], pod["metadata"]["name"]
    whole = ((spec.get("resources") or {}).get("requests") or {}).get(resource)
    if whole is not None and not container:
        return milli(whole)
    restartable = [one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always"]
    total = parse("0")
    for one in (*spec["containers"], *restartable):
        if container in ("", one["name"]):
            given = ((one.get("resources") or {}).get("requests") or {}).get(resource)
            if given is None:
                raise MetricError(f"missing request for {resource} in container {one['name']} of Pod {name}")
            total += parse(given)
    return int(-(-total * 1000 // 1))
