"""What is wrong with the spec of a Service, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.service_validation import HINTS, MODE, RANGES, validate_balancer_status
from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused, service
from tests.core.apiserver.plane import Plane

PORT = {"port": 80}
ONLY = "may only be used when `type` is 'LoadBalancer'"


def one(**spec: Any) -> Obj:
    return service(PORT, **spec)


def balancer(**spec: Any) -> Obj:
    return one(type="LoadBalancer", **spec)


def annotated(**annotations: str) -> Obj:
    names = {"ranges": RANGES, "mode": MODE, "hints": HINTS}
    found = one()
    given = {names[key]: value for key, value in annotations.items()}
    return {**found, "metadata": {**found["metadata"], "annotations": given}}


CASES: list[tuple[Obj, str]] = [
    (
        one(clusterIP="None", type="NodePort"),
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for",
    ),
    (service(PORT, {"port": 0, "name": "b"}), "spec.ports[0].name: Required value"),
    (service({**PORT, "protocol": "X"}), 'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP"'),
    (service({**PORT, "appProtocol": "a b"}), 'spec.ports[0].appProtocol: Invalid value: "a b"'),
    (
        service(
            {"port": 1, "name": "a", "nodePort": 30000}, {"port": 2, "name": "b", "nodePort": 30000}, type="NodePort"
        ),
        "spec.ports[1].nodePort: Duplicate value: 30000",
    ),
    (
        one(type="ExternalName", externalName="a.b", ipFamilyPolicy="SingleStack"),
        "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
    ),
    (
        one(type="ExternalName", externalName="a.b", clusterIP="10.96.3.4", clusterIPs=["10.96.3.4"]),
        "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
    ),
    (one(type="ExternalName", externalName="a_b"), 'spec.externalName: Invalid value: "a_b"'),
    (
        one(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 86401}}),
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than",
    ),
    (one(externalIPs=["x"]), 'spec.externalIPs[0]: Invalid value: "x": must be a valid IP address'),
    (one(externalIPs=["127.0.0.1"]), 'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback'),
    (one(loadBalancerSourceRanges=["10.0.0.0/8"]), f"spec.LoadBalancerSourceRanges: Forbidden: {ONLY}"),
    (
        balancer(loadBalancerSourceRanges=["10.0.0.0"]),
        'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value',
    ),
    (annotated(ranges="10.0.0.0/8"), f"metadata.annotations[{RANGES}]: Forbidden: {ONLY}"),
    (annotated(mode="Auto", hints="Disabled"), f'metadata.annotations[{MODE}]: Invalid value: "Auto": must match'),
    (one(allocateLoadBalancerNodePorts=True), f"spec.allocateLoadBalancerNodePorts: Forbidden: {ONLY}"),
    (one(loadBalancerClass="a/b"), f"spec.loadBalancerClass: Forbidden: {ONLY}"),
    (balancer(loadBalancerClass="a b"), 'spec.loadBalancerClass: Invalid value: "a b": name part must consist'),
    (
        one(externalTrafficPolicy="Local"),
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ),
    (balancer(externalTrafficPolicy="X"), 'spec.externalTrafficPolicy: Unsupported value: "X": supported values: "Cl'),
    (
        balancer(healthCheckNodePort=30001),
        "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type`",
    ),
    (
        balancer(externalTrafficPolicy="Local", healthCheckNodePort=80),
        "spec.healthCheckNodePort: Invalid value: 80: failed to allocate requested HealthCheck NodePort 80: provided port",
    ),
    (one(internalTrafficPolicy="X"), 'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster"'),
    (
        one(trafficDistribution="X"),
        'spec.trafficDistribution: Unsupported value: "X": supported values: "PreferClose", "PreferSameNode", "PreferSame',
    ),
]


@pytest.mark.parametrize(("body", "words"), CASES)
def test_refusals(body: Obj, words: str) -> None:
    assert words in refused("services", body)


GOOD: list[Obj] = [
    one(externalIPs=["192.0.2.1"], externalTrafficPolicy="Local"),
    balancer(
        loadBalancerSourceRanges=[" 10.0.0.0/8 "],
        loadBalancerClass="example.com/x",
        allocateLoadBalancerNodePorts=False,
    ),
    service({"port": 53, "name": "a", "protocol": "UDP"}, {"port": 53, "name": "b"}, type="NodePort"),
    one(trafficDistribution="PreferSameNode", internalTrafficPolicy="Local"),
]


@pytest.mark.parametrize("body", GOOD)
def test_what_is_accepted(body: Obj) -> None:
    assert Plane().made("services", body)["spec"]["clusterIP"]


PLACES: list[tuple[Obj, str, str]] = [
    ({"ip": "192.0.2.1", "ipMode": "VIP"}, "ClusterIP", "ingress: Forbidden: may only be used when `spec.type` is"),
    ({"ip": "x", "ipMode": "VIP"}, "LoadBalancer", 'ingress[0].ip: Invalid value: "x"'),
    ({"ip": "192.0.2.1"}, "LoadBalancer", "ingress[0].ipMode: Required value: must be specified when `ip` is set"),
    ({"ipMode": "VIP"}, "LoadBalancer", "ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set"),
    ({"ip": "192.0.2.1", "ipMode": "X"}, "LoadBalancer", 'ingress[0].ipMode: Unsupported value: "X"'),
    ({"hostname": "192.0.2.1"}, "LoadBalancer", "must be a DNS name, not an IP address"),
    ({"hostname": "A_b"}, "LoadBalancer", 'ingress[0].hostname: Invalid value: "A_b"'),
]


@pytest.mark.parametrize(("place", "kind", "words"), PLACES)
def test_where_a_balancer_answers(place: Obj, kind: str, words: str) -> None:
    causes = validate_balancer_status({"loadBalancer": {"ingress": [place]}}, {"type": kind})
    assert any(words in cause.text() for cause in causes)
    assert causes[0].field.startswith("status.loadBalancer.ingress")
