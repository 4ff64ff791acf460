"""Services, Endpoints and EndpointSlices in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused, service
from tests.core.apiserver.plane import Plane

CASES: list[tuple[str, Obj, str]] = [
    ("services", service(), "spec.ports: Required value"),
    ("services", service({"port": 0}), "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
    ("services", service({"port": 1}, {"port": 2}), "spec.ports[0].name: Required value"),
    (
        "services",
        service({"port": 1, "name": "a"}, {"port": 2, "name": "a"}),
        'spec.ports[1].name: Duplicate value: "a"',
    ),
    (
        "services",
        service({"port": 1, "name": "a"}, {"port": 1, "name": "b"}),
        'spec.ports[1]: Duplicate value: {"port":1,"protocol":"TCP"}',
    ),
    (
        "services",
        service({"port": 1, "nodePort": 30000}),
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ),
    (
        "services",
        service({"port": 1}, type="Magic"),
        'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName"',
    ),
    ("services", service(type="ExternalName"), "spec.externalName: Required value"),
    ("services", service({"port": 1}, sessionAffinity="Always"), 'spec.sessionAffinity: Unsupported value: "Always"'),
    (
        "services",
        service({"port": 1}, clusterIP="x"),
        'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address',
    ),
    (
        "services",
        {**service({"port": 1}), "metadata": {"name": "1web"}},
        'metadata.name: Invalid value: "1web": a DNS-1035 label',
    ),
    ("endpointslices", {"metadata": {"name": "web"}, "addressType": "IPX"}, 'addressType: Unsupported value: "IPX"'),
    (
        "endpointslices",
        {"metadata": {"name": "web"}, "addressType": "IPv4", "endpoints": [{}]},
        "must contain at least 1 address",
    ),
    (
        "endpoints",
        {"metadata": {"name": "web"}, "subsets": [{"addresses": [{"ip": "x"}]}]},
        "subsets[0].addresses[0].ip: Invalid value",
    ),
]


@pytest.mark.parametrize(("resource", "body", "words"), CASES)
def test_refusals(resource: str, body: Obj, words: str) -> None:
    assert words in refused(resource, body)


SERVICES: list[tuple[Obj, Obj]] = [
    ({"type": "NodePort"}, {"externalTrafficPolicy": "Cluster"}),
    ({"type": "LoadBalancer"}, {"externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": True}),
    ({"sessionAffinity": "ClientIP"}, {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}}),
    (
        {"ports": [{"port": 80, "targetPort": "http"}]},
        {"ports": [{"protocol": "TCP", "port": 80, "targetPort": "http"}]},
    ),
]


@pytest.mark.parametrize(("given", "expected"), SERVICES)
def test_services(given: Obj, expected: Obj) -> None:
    made = Plane().made("services", {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}], **given}})
    assert {name: made["spec"].get(name) for name in expected} == expected


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


def test_another_type_takes_the_place_of_the_first() -> None:
    """Node ports and addresses that belonged to the old type go, unless the client asks for them."""
    plane = Plane()
    made = plane.made("services", {"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}})
    assert made["spec"]["ports"][0]["nodePort"]
    inside = _retyped(plane, {"type": "ClusterIP"})
    assert "nodePort" not in inside["ports"][0]
    assert "externalTrafficPolicy" not in inside
    assert inside["clusterIP"] == made["spec"]["clusterIP"]
    outside = _retyped(plane, {"type": "LoadBalancer"})
    assert outside["ports"][0]["nodePort"]
    assert outside["externalTrafficPolicy"] == "Cluster"
    external = _retyped(plane, {"type": "ExternalName", "externalName": "example.com"})
    assert not {"clusterIP", "clusterIPs", "ipFamilies"} & external.keys()


def _retyped(plane: Plane, spec: Obj) -> Obj:
    options = {"patch_type": "merge"}
    answer = plane.ask("patch", "services", namespace="default", name="s", body={"spec": spec}, options=options)
    assert answer.ok, answer.body
    found: Obj = answer.body["spec"]
    return found
