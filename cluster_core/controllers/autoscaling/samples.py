"""Metrics of pods as the autoscaler reads them, and which pods count. Upstream: `metrics/client.go`, groupPods of `replica_calculator.go`."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse as parse_time
from cluster_core.sim.kernel import US_PER_SECOND

CPU_INITIALIZATION_US = 300 * US_PER_SECOND
INITIAL_READINESS_US = 30 * US_PER_SECOND
MINUTE_US = 60 * US_PER_SECOND


class MetricError(Exception):
    """A metric that cannot be had; the text is upstream's."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The value of a metric of a pod in thousandths, when it was taken (µs), and over how long."""

    value: int
    at: int = 0
    window: int = MINUTE_US


@dataclass(slots=True)
class Groups:
    """Pods by how they count: `ready` is how many have a sample that is taken seriously."""

    ready: int = 0
    unready: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def resource_samples(items: list[Obj], resource: str, container: str) -> dict[str, Sample]:
    """Samples by pod of PodMetrics. Raises MetricError when nothing came, or a pod lacks the container."""
    if not items:
        raise MetricError("no metrics returned from resource metrics API")
    found: dict[str, Sample] = {}
    for item in items:
        name, parts = item["metadata"]["name"], item.get("containers") or []
        if container:
            parts = [one for one in parts if one["name"] == container]
            if not parts:
                place = f"{item['metadata'].get('namespace', '')}/{name}"
                raise MetricError(
                    f"failed to get container metrics: container {container} not present in metrics for pod {place}"
                )
        if parts and all(resource in one["usage"] for one in parts):
            value = sum(milli(one["usage"][resource]) for one in parts)
            found[name] = Sample(value, parse_time(item["timestamp"]), _window(item["window"]))
    return found


def milli(quantity: str) -> int:
    """Thousandths, rounded up."""
    return int(-(-parse(quantity) * 1000 // 1))


def grouped(pods: list[Obj], samples: dict[str, Sample], resource: str, now: int) -> Groups:
    """Which pods count. Of CPU, samples of pods that are starting are not believed."""
    groups = Groups()
    for pod in pods:
        name, status = pod["metadata"]["name"], pod.get("status") or {}
        if pod["metadata"].get("deletionTimestamp") or status.get("phase") == "Failed":
            groups.ignored.append(name)
        elif status.get("phase", "Pending") == "Pending":
            groups.unready.append(name)
        elif name not in samples:
            groups.missing.append(name)
        elif resource == "cpu" and _is_starting(status, samples[name], now):
            groups.unready.append(name)
        else:
            groups.ready += 1
    return groups


def is_running_ready(pod: Obj) -> bool:
    """Whether a pod runs and is Ready."""
    status = pod.get("status") or {}
    found = _ready(status)
    return status.get("phase") == "Running" and found is not None and found["status"] == "True"


def _is_starting(status: Obj, sample: Sample, now: int) -> bool:
    condition = _ready(status)
    if condition is None or not status.get("startTime") or not condition.get("lastTransitionTime"):
        return True
    start, turned = parse_time(status["startTime"]), parse_time(condition["lastTransitionTime"])
    if start + CPU_INITIALIZATION_US > now:
        return bool(condition["status"] == "False" or sample.at < turned + sample.window)
    return bool(condition["status"] == "False" and start + INITIAL_READINESS_US > turned)


def _ready(status: Obj) -> Obj | None:
    return next((one for one in status.get("conditions") or () if one["type"] == "Ready"), None)


def _window(text: str) -> int:
    return round(float(text.removesuffix("s")) * US_PER_SECOND)
