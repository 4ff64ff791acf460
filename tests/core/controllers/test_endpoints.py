"""Endpoints: the older list."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers.endpoints import OVER_CAPACITY, endpoints
from cluster_core.controllers.trigger_times import ANNOTATION
from tests.core.controllers.small_cluster import SmallCluster, deployment, pod
from tests.core.controllers.test_endpoint_slices import _pod, _service

SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}"


def _addresses(found: dict[str, Any]) -> list[tuple[list[str], list[str], list[int]]]:
    return [
        (
            [one["ip"] for one in part.get("addresses", [])],
            [one["ip"] for one in part.get("notReadyAddresses", [])],
            [port["port"] for port in part.get("ports", [])],
        )
        for part in found["subsets"]
    ]


def test_ready_and_not_ready_in_order_of_address() -> None:
    pods = [_pod(10), _pod(9), _pod(3, ready=False)]
    assert _addresses(endpoints(_service(), pods)) == [(["10.0.0.9", "10.0.0.10"], ["10.0.0.3"], [80])]


def test_terminating_pods_are_left_out_unless_everything_is_published() -> None:
    assert endpoints(_service(), [_pod(1, ending=True)])["subsets"] == []
    published = endpoints(_service(publishNotReadyAddresses=True), [_pod(1, ending=True), _pod(2, ready=False)])
    assert _addresses(published) == [(["10.0.0.1", "10.0.0.2"], [], [80])]


def test_other_ports_are_another_subset() -> None:
    assert len(endpoints(_service(), [_pod(1), _pod(2, port=81)])["subsets"]) == 2


def test_a_pod_without_the_named_port_is_in_no_subset() -> None:
    service = _service(ports=[{"port": 1, "targetPort": "grpc"}])
    assert endpoints(service, [_pod(1)])["subsets"] == []
    assert len(endpoints(_service(ports=[], clusterIP="None"), [_pod(1)])["subsets"]) == 1


def test_they_hold_a_thousand_addresses_the_ready_ones_first() -> None:
    pods = [_pod(number, ready=number % 4 != 0, port=81 if number % 3 else 80) for number in range(1_200)]
    found = endpoints(_service(), pods)
    assert found["metadata"]["annotations"] == {OVER_CAPACITY: "truncated"}
    held = [(len(part["addresses"]), len(part["notReadyAddresses"])) for part in found["subsets"]]
    assert held == [(300, 34), (600, 66)]
    pods = [_pod(number, port=81 if number % 3 else 80) for number in range(1_200)]
    assert [len(part["addresses"]) for part in endpoints(_service(), pods)["subsets"]] == [334, 666]


def test_they_follow_the_service_through_its_life() -> None:
    cluster = SmallCluster()
    cluster.create(SERVICE)
    cluster.run(1)
    found, service = cluster.get("endpoints", "web"), cluster.get("services", "web")
    assert found is not None and service is not None
    assert found["metadata"]["annotations"] == {ANNOTATION: service["metadata"]["creationTimestamp"]}
    cluster.create(deployment(replicas=2))
    cluster.create(pod("other", "app: other"))
    cluster.run(4)
    found = cluster.get("endpoints", "web")
    assert found is not None and len(found["subsets"][0]["addresses"]) == 2
    assert found["metadata"]["labels"] == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    cluster.patch("services", "web", {"spec": {"selector": {"app": "other"}}})
    cluster.run(1)
    found = cluster.get("endpoints", "web")
    assert found is not None and [one["targetRef"]["name"] for one in found["subsets"][0]["addresses"]] == ["other"]
    cluster.delete("services", "web")
    cluster.run(1)
    assert cluster.get("endpoints", "web") is None
    assert not [
        one for one in cluster.all("endpointslices.discovery.k8s.io") if one["metadata"]["name"].startswith("web-")
    ]
