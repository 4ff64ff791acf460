"""Endpoints that somebody wrote by hand."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers.endpoint_slice_mirroring import mirrored
from tests.core.controllers.small_cluster import SmallCluster

SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {ports: [{port: 5432}]}}"
ENDPOINTS = """
apiVersion: v1
kind: Endpoints
metadata: {name: db, labels: {tier: back}, annotations: {note: mine}}
subsets:
- addresses: [{ip: 192.0.2.10, hostname: a}]
  notReadyAddresses: [{ip: 192.0.2.11}]
  ports: [{port: 5432}]
"""
SLICES = "endpointslices.discovery.k8s.io"


def _ours(cluster: SmallCluster) -> list[dict[str, Any]]:
    label = "endpointslice.kubernetes.io/managed-by"
    wanted = "endpointslicemirroring-controller.k8s.io"
    return [one for one in cluster.all(SLICES) if one["metadata"]["labels"].get(label) == wanted]


def test_they_get_slices_that_follow_them() -> None:
    cluster = SmallCluster()
    cluster.create(SERVICE)
    cluster.create(ENDPOINTS)
    cluster.run(1)
    (found,) = _ours(cluster)
    assert found["metadata"]["labels"]["kubernetes.io/service-name"] == "db"
    assert found["metadata"]["labels"]["tier"] == "back" and found["metadata"]["annotations"] == {"note": "mine"}
    assert found["metadata"]["ownerReferences"][0]["kind"] == "Endpoints"
    assert [(one["addresses"], one["conditions"], one.get("hostname")) for one in found["endpoints"]] == [
        (["192.0.2.10"], {"ready": True}, "a"),
        (["192.0.2.11"], {"ready": False}, None),
    ]
    assert found["ports"] == [{"name": "", "port": 5432, "protocol": "TCP"}]
    cluster.patch("endpoints", "db", {"subsets": [{"addresses": [{"ip": "192.0.2.12"}], "ports": [{"port": 5432}]}]})
    cluster.run(1)
    (again,) = _ours(cluster)
    assert again["metadata"]["uid"] == found["metadata"]["uid"]
    assert [one["addresses"] for one in again["endpoints"]] == [["192.0.2.12"]]
    cluster.ask("delete", SLICES, again["metadata"]["name"])
    cluster.run(1)
    assert len(_ours(cluster)) == 1
    cluster.delete("services", "db")
    cluster.run(1)
    assert _ours(cluster) == []


def test_a_service_with_a_selector_and_a_marked_list_are_left_alone() -> None:
    cluster = SmallCluster()
    cluster.create(SERVICE.replace("spec: {", "spec: {selector: {app: db}, "))
    cluster.create(SERVICE.replace("name: db", "name: own"))
    label = "labels: {endpointslice.kubernetes.io/skip-mirror: 'true'}"
    cluster.create(ENDPOINTS.replace("name: db, labels: {tier: back}", f"name: own, {label}"))
    cluster.run(1)
    assert _ours(cluster) == []


def test_one_slice_per_family_and_ports_and_a_thousand_addresses_of_a_subset() -> None:
    many = [{"ip": f"10.0.{number // 250}.{number % 250}"} for number in range(1_001)]
    subsets = [
        {"addresses": [{"ip": "2001:db8::1"}, {"ip": "10.1.1.1"}, {"ip": "nowhere"}], "ports": [{"port": 1}]},
        {"addresses": many, "ports": [{"port": 2}]},
    ]
    meta = {"name": "db", "namespace": "default", "uid": "u"}
    found, invalid, surplus = mirrored({"metadata": meta, "subsets": subsets})
    assert [(key[0], len(one["endpoints"])) for key, one in found.items()] == [("IPv6", 1), ("IPv4", 1), ("IPv4", 1000)]
    assert (invalid, surplus) == (1, 1)
