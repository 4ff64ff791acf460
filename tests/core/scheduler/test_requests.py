"""What pods request."""

from __future__ import annotations

from cluster_core.scheduler.pod_info import sign
from cluster_core.scheduler.requests import pod_requests


def _container(cpu: str, **facts: object) -> dict[str, object]:
    return {"name": "c", "image": "i", "resources": {"requests": {"cpu": cpu}}, **facts}


def test_init_containers_count_by_the_largest_and_sidecars_stay() -> None:
    spec = {
        "containers": [_container("100m"), _container("200m")],
        "initContainers": [_container("50m", restartPolicy="Always"), _container("900m")],
    }
    assert pod_requests(spec).cpu == 950
    spec["initContainers"][1] = _container("100m")
    assert pod_requests(spec).cpu == 350


def test_overhead_is_added_and_nothing_asked_counts_for_scoring() -> None:
    assert pod_requests({"containers": [_container("1")], "overhead": {"cpu": "250m"}}).cpu == 1250
    empty = {"containers": [{"name": "c", "image": "i"}]}
    assert (pod_requests(empty).cpu, pod_requests(empty, nonzero=True).cpu) == (0, 100)


def test_what_the_pod_asks_for_as_a_whole_takes_the_place_of_its_containers() -> None:
    spec = {"containers": [_container("1"), _container("2")], "overhead": {"cpu": "250m"}}
    whole = {**spec, "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}
    assert (pod_requests(whole).cpu, pod_requests(whole).memory) == (750, 1024**3)
    limited = {**spec, "resources": {"limits": {"cpu": "4"}}}
    assert pod_requests(limited).cpu == 3250
    assert sign(whole) != sign(spec)
