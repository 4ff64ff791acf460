"""Endpoints and EndpointSlices in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused
from tests.core.apiserver.plane import Plane


def subset(*ports: Obj, **fields: Any) -> Obj:
    address = {"ip": "10.0.0.1", **fields}
    return {"metadata": {"name": "web"}, "subsets": [{"addresses": [address], "ports": list(ports)}]}


def part(kind: str = "IPv4", *, ports: list[Obj] | None = None, **endpoint: Any) -> Obj:
    inner = {"addresses": ["10.0.0.1"], **endpoint}
    return {"metadata": {"name": "web"}, "addressType": kind, "endpoints": [inner], "ports": ports or []}


ENDPOINTS: list[tuple[Obj, str]] = [
    ({"metadata": {"name": "web"}, "subsets": [{}]}, "subsets[0]: Required value: must specify `addresses` or"),
    (subset(ip="x"), 'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g.'),
    (subset(ip="127.0.0.1"), 'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback'),
    (subset(ip="0.0.0.0"), "may not be unspecified (0.0.0.0)"),
    (subset(ip="169.254.1.1"), "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
    (subset(ip="224.0.0.5"), "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
    (subset(hostname="A"), 'subsets[0].addresses[0].hostname: Invalid value: "A"'),
    (subset(nodeName="A_"), 'subsets[0].addresses[0].nodeName: Invalid value: "A_"'),
    (subset({"port": 0}), "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
    (subset({"port": 1}, {"port": 2}), "subsets[0].ports[1].name: Required value"),
    (subset({"port": 1, "protocol": "X"}), 'subsets[0].ports[0].protocol: Unsupported value: "X"'),
    (subset({"port": 1, "appProtocol": "a b"}), 'subsets[0].ports[0].appProtocol: Invalid value: "a b"'),
]


@pytest.mark.parametrize(("body", "words"), ENDPOINTS)
def test_refusals_of_endpoints(body: Obj, words: str) -> None:
    assert words in refused("endpoints", body)


SLICES: list[tuple[Obj, str]] = [
    (part("IPX"), 'addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6"'),
    (part(""), "addressType: Required value"),
    (part(addresses=[]), "endpoints[0].addresses: Required value: must contain at least 1 address"),
    (part(addresses=["10.0.0.1"] * 101), "endpoints[0].addresses: Too many: 101: must have at most 100 items"),
    (part(addresses=["fd00::1"]), 'endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address'),
    (part("IPv6"), 'endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be a valid IPv6 address'),
    (part(addresses=["127.0.0.1"]), "may not be in the loopback range"),
    (part("FQDN", addresses=["web"]), "should be a domain with at least two segments separated by dots"),
    (part(hostname="A"), 'endpoints[0].hostname: Invalid value: "A"'),
    (part(nodeName="A"), 'endpoints[0].nodeName: Invalid value: "A"'),
    (part(deprecatedTopology={"a b": "c"}), 'endpoints[0].deprecatedTopology: Invalid value: "a b"'),
    (
        part(hints={"forZones": [{"name": "a"}, {"name": "a"}]}),
        'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
    ),
    (
        part(hints={"forZones": [{"name": str(number)} for number in range(9)]}),
        "endpoints[0].hints.forZones: Too many: 9: must have at most 8 items",
    ),
    (part(hints={"forNodes": [{"name": "A"}]}), 'endpoints[0].hints.forNodes[0].name: Invalid value: "A"'),
    (part(ports=[{"name": "A"}]), 'ports[0].name: Invalid value: "A"'),
    (part(ports=[{"port": 1}, {"port": 2}]), 'ports[1].name: Duplicate value: ""'),
    (part(ports=[{"port": 1, "protocol": "X"}]), 'ports[0].protocol: Unsupported value: "X"'),
    (part(ports=[{"port": 1, "appProtocol": "a b"}]), 'ports[0].appProtocol: Invalid value: "a b"'),
    ({**part(), "endpoints": [{}] * 1001}, "endpoints: Too many: 1001: must have at most 1000 items"),
]


@pytest.mark.parametrize(("body", "words"), SLICES)
def test_refusals_of_slices(body: Obj, words: str) -> None:
    assert words in refused("endpointslices", body)


def test_ports_speak_tcp() -> None:
    plane = Plane()
    assert plane.made("endpoints", subset({"port": 1}))["subsets"][0]["ports"] == [{"port": 1, "protocol": "TCP"}]
    made = plane.made("endpointslices", part("FQDN", addresses=["a.example."], ports=[{"port": 1}]))
    assert made["ports"] == [{"name": "", "protocol": "TCP", "port": 1}]


def test_the_type_of_addresses_is_fixed() -> None:
    plane = Plane()
    made = plane.made("endpointslices", part())
    body = {**made, "addressType": "IPv6", "endpoints": []}
    answer = plane.ask("update", "endpointslices", namespace="default", name="web", body=body)
    assert 'addressType: Invalid value: "IPv6": field is immutable' in answer.body["message"]


def test_slices_count_changes_of_their_endpoints() -> None:
    plane = Plane()
    body = {"metadata": {"name": "s"}, "addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}]}
    made = plane.made("endpointslices", body)
    assert made["metadata"]["generation"] == 1
    labelled = {**made, "metadata": {**made["metadata"], "labels": {"a": "b"}}}
    labelled = plane.ask("update", "endpointslices", namespace="default", name="s", body=labelled).body
    assert labelled["metadata"]["generation"] == 1
    changed = {**labelled, "endpoints": []}
    answer = plane.ask("update", "endpointslices", namespace="default", name="s", body=changed)
    assert answer.body["metadata"]["generation"] == 2
