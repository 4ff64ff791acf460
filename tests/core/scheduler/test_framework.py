"""What the plugins look at: requests, ports, nodes."""

from __future__ import annotations

from cluster_core.scheduler.framework import (
    counts_on_node,
    default_normalized,
    host_ports,
    pod_requests,
    wants_scheduling,
)
from tests.core.scheduler.machines import node, pod


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


def test_a_pod_is_on_a_node_once() -> None:
    there, one = node(), pod("a", "1")
    there.add_pod(one)
    there.add_pod(one)
    assert there.requested.cpu == 1000
    there.remove_pod("a")
    there.remove_pod("a")
    assert there.requested.cpu == 0


def test_host_ports_default_to_every_address() -> None:
    ports = [
        {"containerPort": 80},
        {"containerPort": 80, "hostPort": 8080},
        {"containerPort": 53, "hostPort": 53, "protocol": "UDP"},
    ]
    assert host_ports({"containers": [_container("1", ports=ports)]}) == [
        ("0.0.0.0", "TCP", 8080),
        ("0.0.0.0", "UDP", 53),
    ]


def test_who_waits_and_who_counts() -> None:
    waiting = {"metadata": {}, "spec": {"schedulerName": "default-scheduler"}, "status": {"phase": "Pending"}}
    assert wants_scheduling(waiting, "default-scheduler")
    assert not wants_scheduling(waiting, "other")
    assert not wants_scheduling(
        {**waiting, "spec": {**waiting["spec"], "schedulingGates": [{"name": "g"}]}}, "default-scheduler"
    )
    bound = {**waiting, "spec": {**waiting["spec"], "nodeName": "n1"}}
    assert not wants_scheduling(bound, "default-scheduler") and counts_on_node(bound)
    assert not counts_on_node({**bound, "status": {"phase": "Succeeded"}})


def test_scores_are_scaled_by_the_largest() -> None:
    assert [default_normalized(score, 40, reverse=False) for score in (0, 10, 40)] == [0, 25, 100]
    assert [default_normalized(score, 4, reverse=True) for score in (0, 1, 4)] == [100, 75, 0]
    assert (default_normalized(0, 0, reverse=True), default_normalized(0, 0, reverse=False)) == (100, 0)
