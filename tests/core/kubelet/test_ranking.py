"""Who is evicted first, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.disk import storage_limit
from cluster_core.kubelet.ranking import (
    Candidate,
    Observation,
    binary,
    eviction_message,
    in_pages,
    is_critical,
    limit_message,
    ranked,
)

MI = 1 << 20


def pod(name: str, memory: str = "", priority: int = 0, **notes: str) -> dict[str, Any]:
    resources = {"requests": {"memory": memory}} if memory else {}
    container = {"name": "c", "resources": resources}
    return {"metadata": {"name": name, "annotations": notes}, "spec": {"containers": [container], "priority": priority}}


def order(*candidates: Candidate) -> list[str]:
    return [one.pod["metadata"]["name"] for one in ranked(list(candidates), "memory")]


def test_first_those_over_their_requests_then_priority_then_excess() -> None:
    modest = Candidate(pod("modest", "200Mi"), {"c": 100 * MI})
    over = Candidate(pod("over", "100Mi"), {"c": 150 * MI})
    more = Candidate(pod("more", "100Mi"), {"c": 190 * MI})
    important = Candidate(pod("important", "10Mi", priority=5), {"c": 900 * MI})
    low = Candidate(pod("low", "900Mi", priority=-5), {"c": 10 * MI})
    assert order(modest, over, important, more, low) == ["more", "over", "important", "low", "modest"]


def test_what_is_never_evicted() -> None:
    assert is_critical(pod("p", priority=2_000_000_000))
    assert is_critical(pod("p", **{"kubernetes.io/config.source": "file"}))
    assert not is_critical(pod("p", **{"kubernetes.io/config.source": "api"}))
    assert not is_critical(pod("p", priority=1_999_999_999))


def test_containers_within_their_requests_are_not_blamed() -> None:
    met = Observation("memory.available", "memory", "MemoryPressure", 96 * MI, 1 << 30, 100 * MI)
    assert met.is_met
    text = eviction_message(Candidate(pod("p", "1Gi"), {"c": MI}), "memory", met)
    assert text == "The node was low on resource: memory. Threshold quantity: 100Mi, available: 96Mi. "


@pytest.mark.parametrize(
    ("usage", "volumes", "text"),
    [
        ({"c": 5, "d": 5}, 0, ""),
        ({"c": 12, "d": 0}, 0, 'Container c exceeded its local ephemeral storage limit "10". '),
        ({"c": 5, "d": 5}, 11, "Pod ephemeral local storage usage exceeds the total limit of containers 20. "),
    ],
)
def test_limits_of_what_is_written(usage: dict[str, int], volumes: int, text: str) -> None:
    limited = [{"name": name, "resources": {"limits": {"ephemeral-storage": "10"}}} for name in ("c", "d")]
    candidate = Candidate({"metadata": {}, "spec": {"containers": limited}}, usage, volumes)
    assert limit_message(candidate, storage_limit, {}) == text


def test_quantities_are_whole() -> None:
    assert [binary(value) for value in (0, 1000, 1024, 3 << 20, 5 << 30)] == ["0", "1000", "1Ki", "3Mi", "5Gi"]
    assert in_pages(4097) == 4096
