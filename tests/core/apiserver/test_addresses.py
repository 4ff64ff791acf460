"""Cluster IPs and node ports of Services, through the API server."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.apiserver.addresses import NODE_PORTS, SERVICE_NETWORK
from tests.core.apiserver.plane import Plane


@pytest.fixture
def plane() -> Plane:
    return Plane()


def service(name: str, **spec: Any) -> Obj:
    return {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}], **spec}}


def test_addresses_are_inside_the_network_and_unique(plane: Plane) -> None:
    made = [plane.made("services", service(f"s{number}"))["spec"] for number in range(50)]
    addresses = [spec["clusterIP"] for spec in made]
    assert len(set(addresses)) == 50
    assert all(IPv4Address(address) in SERVICE_NETWORK for address in addresses)
    assert all(spec["clusterIPs"] == [spec["clusterIP"]] for spec in made)


def test_node_ports_are_inside_the_range_unique_and_kept(plane: Plane) -> None:
    ports = [{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]
    made = plane.made("services", service("s", type="NodePort", ports=ports))
    numbers = [port["nodePort"] for port in made["spec"]["ports"]]
    assert len(set(numbers)) == 2
    assert all(number in NODE_PORTS for number in numbers)
    body = {"spec": {"ports": [{"port": 80, "name": "a", "targetPort": 8080}], "selector": {"app": "x"}}}
    options = {"patch_type": "merge"}
    changed = plane.ask("patch", "services", namespace="default", name="s", body=body, options=options).body
    assert changed["spec"]["ports"][0]["nodePort"] == numbers[0]
    assert changed["spec"]["clusterIP"] == made["spec"]["clusterIP"]


def test_headless_and_external_services_have_no_address(plane: Plane) -> None:
    headless = plane.made("services", service("h", clusterIP="None"))["spec"]
    assert (headless["clusterIP"], headless["clusterIPs"]) == ("None", ["None"])
    external = plane.made(
        "services", {"metadata": {"name": "e"}, "spec": {"type": "ExternalName", "externalName": "a.b"}}
    )
    assert "clusterIP" not in external["spec"]
    assert "ipFamilies" not in external["spec"]


TAKEN = [
    (
        {"clusterIP": "10.96.5.5"},
        'spec.clusterIPs: Invalid value: ["10.96.5.5"]: failed to allocate IP 10.96.5.5: provided IP is already',
    ),
    (
        {"clusterIP": "192.0.2.1"},
        "failed to allocate IP 192.0.2.1: the provided network does not match the current range",
    ),
    (
        {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]},
        "spec.ports[0].nodePort: Invalid value: 30080: provided port is already",
    ),
    ({"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}, "The range of valid ports is 30000-32767"),
]


@pytest.mark.parametrize(("spec", "words"), TAKEN)
def test_what_is_taken_or_out_of_range(plane: Plane, spec: Obj, words: str) -> None:
    taken = {"type": "NodePort", "clusterIP": "10.96.5.5", "ports": [{"port": 80, "nodePort": 30080}]}
    plane.made("services", service("first", **taken))
    answer = plane.ask("create", "services", namespace="default", body=service("second", **spec))
    assert answer.code == 422
    assert words in answer.body["message"]


def test_a_freed_address_can_be_asked_for_again(plane: Plane) -> None:
    plane.made("services", service("first", clusterIP="10.96.5.5"))
    plane.ask("delete", "services", namespace="default", name="first")
    assert plane.made("services", service("second", clusterIP="10.96.5.5"))["spec"]["clusterIP"] == "10.96.5.5"


def test_ports_of_one_number_share_a_node_port(plane: Plane) -> None:
    ports = [{"port": 53, "name": "a", "protocol": "UDP"}, {"port": 53, "name": "b"}, {"port": 54, "name": "c"}]
    made = plane.made("services", service("dns", type="NodePort", ports=ports))
    first, second, third = (port["nodePort"] for port in made["spec"]["ports"])
    assert first == second != third
    asked = [{**port, "nodePort": 30053} for port in ports[:2]]
    assert (
        plane.made("services", service("dns2", type="NodePort", ports=asked))["spec"]["ports"][1]["nodePort"] == 30053
    )


def test_a_balancer_may_do_without_node_ports(plane: Plane) -> None:
    bare = plane.made("services", service("b", type="LoadBalancer", allocateLoadBalancerNodePorts=False))
    assert "nodePort" not in bare["spec"]["ports"][0]
    ports = [{"port": 80, "nodePort": 30080}]
    spec = {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False, "ports": ports}
    assert plane.made("services", service("c", **spec))["spec"]["ports"][0]["nodePort"] == 30080


def test_the_port_of_a_health_check_is_a_node_port(plane: Plane) -> None:
    local = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30090}
    assert plane.made("services", service("a", **local))["spec"]["healthCheckNodePort"] == 30090
    answer = plane.ask("create", "services", namespace="default", body=service("b", **local))
    assert answer.code == 422
    assert "failed to allocate requested HealthCheck NodePort 30090: provided port is already" in answer.body["message"]
