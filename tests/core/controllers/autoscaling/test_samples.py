"""Samples of PodMetrics, and which pods count."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.autoscaling.samples import MetricError, Sample, grouped, milli, resource_samples

SECOND = 1_000_000


def metrics(name: str, *usages: str) -> dict[str, Any]:
    parts = [{"name": f"c{i}", "usage": {"cpu": usage}} for i, usage in enumerate(usages)]
    return {
        "metadata": {"name": name, "namespace": "default"},
        "timestamp": rfc3339(60 * SECOND),
        "window": "15s",
        "containers": parts,
    }


def pod(
    name: str, ready: bool | None = True, since: int = 0, start: int = 0, phase: str = "Running", **meta: Any
) -> dict[str, Any]:
    status: dict[str, Any] = {"phase": phase, "startTime": rfc3339(start)}
    if ready is not None:
        turn = {"type": "Ready", "status": str(ready), "lastTransitionTime": rfc3339(since)}
        status["conditions"] = [turn]
    return {"metadata": {"name": name, **meta}, "status": status}


def test_values_are_in_thousandths_rounded_up() -> None:
    assert [milli(text) for text in ("112500000n", "1", "100m", "64Mi")] == [113, 1000, 100, 64 * 1024 * 1024 * 1000]


def test_a_pod_is_the_sum_of_its_containers() -> None:
    found = resource_samples([metrics("a", "100m", "50m"), metrics("b")], "cpu", "")
    assert found == {"a": Sample(150, 60 * SECOND, 15 * SECOND)}
    assert resource_samples([metrics("a", "100m", "50m")], "cpu", "c1")["a"].value == 50


def test_what_is_missing_is_told_in_upstreams_words() -> None:
    with pytest.raises(MetricError, match="no metrics returned from resource metrics API"):
        resource_samples([], "cpu", "")
    with pytest.raises(MetricError, match="container x not present in metrics for pod default/a"):
        resource_samples([metrics("a", "1m")], "cpu", "x")


def test_pods_that_start_are_not_believed() -> None:
    now, sample = 100 * SECOND, Sample(1, 95 * SECOND, 15 * SECOND)
    pods = {
        "ready": pod("ready", since=80 * SECOND),
        "fresh": pod("fresh", since=81 * SECOND),
        "unready": pod("unready", ready=False),
        "pending": pod("pending", ready=None, phase="Pending"),
        "unknown": pod("unknown", ready=None),
        "failed": pod("failed", phase="Failed"),
        "going": pod("going", deletionTimestamp="x"),
        "missing": pod("missing"),
    }
    samples = {name: sample for name in pods if name != "missing"}
    groups = grouped(list(pods.values()), samples, "cpu", now)
    assert (groups.ready, groups.missing, groups.ignored) == (1, ["missing"], ["failed", "going"])
    assert groups.unready == ["fresh", "unready", "pending", "unknown"]
    assert grouped(list(pods.values()), samples, "memory", now).ready == 4


def test_after_five_minutes_an_unready_pod_counts_if_it_was_ready_once() -> None:
    late, sample = 400 * SECOND, Sample(1, 399 * SECOND, 15 * SECOND)
    never, once = pod("never", ready=False, since=10 * SECOND), pod("once", ready=False, since=350 * SECOND)
    groups = grouped([never, once], {"never": sample, "once": sample}, "cpu", late)
    assert (groups.ready, groups.unready) == (1, ["never"])
