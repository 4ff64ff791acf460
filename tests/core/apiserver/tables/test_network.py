"""Rows of Services and what is around them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.tables.rows import cells, named_cells

BALANCED = {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}


@pytest.mark.parametrize(
    ("spec", "status", "external"),
    [
        ({"type": "ClusterIP"}, {}, "<none>"),
        ({"type": "NodePort", "externalIPs": ["1.2.3.4", "1.2.3.5"]}, {}, "1.2.3.4,1.2.3.5"),
        ({"type": "LoadBalancer"}, {}, "<pending>"),
        ({"type": "LoadBalancer"}, BALANCED, "203.0.113.7"),
        ({"type": "LoadBalancer", "externalIPs": ["1.2.3.4"]}, BALANCED, "203.0.113.7,1.2.3.4"),
        ({"type": "LoadBalancer", "externalIPs": ["1.2.3.4"]}, {}, "1.2.3.4"),
        ({"type": "ExternalName", "externalName": "db.example"}, {}, "db.example"),
        ({}, {}, "<unknown>"),
    ],
)
def test_external_addresses_of_services(spec: Obj, status: Obj, external: str) -> None:
    assert named_cells("services", {"spec": spec, "status": status})["External-IP"] == external


def test_services() -> None:
    ports = [{"port": 80, "protocol": "TCP", "nodePort": 30080}, {"port": 53, "protocol": "UDP"}]
    spec = {"type": "NodePort", "clusterIPs": ["10.96.0.9", "fd00::9"], "ports": ports, "selector": {"app": "web"}}
    found = named_cells("services", {"spec": spec})
    assert [found[each] for each in ("Type", "Cluster-IP", "Port(s)", "Selector")] == [
        "NodePort",
        "10.96.0.9",
        "80:30080/TCP,53/UDP",
        "app=web",
    ]
    headless = named_cells("services", {"spec": {"type": "ClusterIP", "clusterIPs": ["None"]}})
    assert (headless["Cluster-IP"], headless["Port(s)"]) == ("None", "<none>")


def subset(addresses: int, *ports: int) -> Obj:
    found: list[Any] = [{"ip": f"10.0.0.{index}"} for index in range(addresses)]
    return {"addresses": found, "ports": [{"port": port} for port in ports]}


@pytest.mark.parametrize(
    ("subsets", "text"),
    [
        ([], "<none>"),
        ([subset(2, 80)], "10.0.0.0:80,10.0.0.1:80"),
        ([subset(3, 80, 81)], "10.0.0.0:80,10.0.0.1:80,10.0.0.2:80 + 3 more..."),
        ([subset(5)], "10.0.0.0,10.0.0.1,10.0.0.2 + 2 more..."),
        ([{"notReadyAddresses": [{"ip": "10.0.0.9"}], "ports": [{"port": 80}]}], ""),
    ],
)
def test_endpoints(subsets: list[Obj], text: str) -> None:
    assert cells("endpoints", {"subsets": subsets})[1] == text


def test_endpoint_slices() -> None:
    endpoints = [{"addresses": [f"10.0.0.{index}"]} for index in range(5)]
    given = {"addressType": "IPv4", "ports": [{"port": 80}, {"name": "web"}, {}], "endpoints": endpoints}
    assert cells("endpointslices", given)[1:4] == ["IPv4", "80,web,*", "10.0.0.0,10.0.0.1,10.0.0.2 + 2 more..."]
    assert cells("endpointslices", {"addressType": "IPv4"})[2:4] == ["<unset>", "<unset>"]


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        ([], "*"),
        ([""], "*"),
        (["a", "b", "c"], "a,b,c"),
        (["a", "", "b"], "a,b"),
        (["a", "b", "c", "d", "e"], "a,b,c + 2 more..."),
        (["a", "b", "c", ""], "a,b,c + 1 more..."),
    ],
)
def test_hosts_of_ingresses(hosts: list[str], text: str) -> None:
    rules = [{"host": host} if host else {} for host in hosts]
    assert named_cells("ingresses", {"spec": {"rules": rules}})["Hosts"] == text


def test_ingresses_and_their_classes() -> None:
    given = {"spec": {"ingressClassName": "nginx", "tls": [{}]}, "status": BALANCED}
    assert cells("ingresses", given) == ["x", "nginx", "*", "203.0.113.7", "80, 443", "60s"]
    assert cells("ingresses", {})[1:5] == ["<none>", "*", "", "80"]
    parameters = {"apiGroup": "k8s.example", "kind": "Params", "name": "p"}
    given = {"spec": {"controller": "example.com/c", "parameters": parameters}}
    assert cells("ingressclasses", given)[1:3] == ["example.com/c", "Params.k8s.example/p"]
    assert cells("ingressclasses", {"spec": {"controller": "c"}})[2] == "<none>"


def test_policies_and_addresses() -> None:
    assert cells("netpol", {"spec": {"podSelector": {"matchLabels": {"a": "b"}}}})[1] == "a=b"
    assert cells("netpol", {"spec": {"podSelector": {}}})[1] == "<none>"
    assert cells("servicecidrs", {"spec": {"cidrs": ["10.0.0.0/8", "fd00::/64"]}})[1] == "10.0.0.0/8,fd00::/64"
    parent = {"resource": "services", "namespace": "default", "name": "kubernetes"}
    assert cells("ipaddresses", {"spec": {"parentRef": parent}}) == ["x", "services/default/kubernetes"]
