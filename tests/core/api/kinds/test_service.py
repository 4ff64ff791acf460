"""Services in upstream's words: defaults, what an update keeps, what another type drops."""

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


def _changed(plane: Plane, spec: Obj) -> Obj:
    options = {"patch_type": "merge"}
    found: Obj = plane.ask(
        "patch", "services", namespace="default", name="web", body={"spec": spec}, options=options
    ).body
    return found


FIXED: list[tuple[Obj, Obj, str]] = [
    ({}, {"clusterIP": "10.96.7.7"}, 'spec.clusterIPs[0]: Invalid value: ["10.96.7.7"]: may not change once set'),
    ({}, {"clusterIP": "None"}, 'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'),
    (
        {"clusterIP": "10.96.7.7"},
        {"clusterIPs": ["10.96.7.8"]},
        'spec.clusterIPs: Invalid value: ["10.96.7.8"]: first value must match `clusterIP`',
    ),
    (
        {"type": "LoadBalancer", "loadBalancerClass": "a/b"},
        {"loadBalancerClass": "a/c"},
        'spec.loadBalancerClass: Invalid value: "a/c": may not change once set',
    ),
    (
        {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
        {"healthCheckNodePort": 30001},
        "spec.healthCheckNodePort: Forbidden: field is immutable",
    ),
]


@pytest.mark.parametrize(("spec", "change", "words"), FIXED)
def test_what_an_update_may_not_change(spec: Obj, change: Obj, words: str) -> None:
    plane = Plane()
    plane.made(
        "services", service({"port": 80}, **{"healthCheckNodePort": 30000} if "Local" in str(spec) else {}, **spec)
    )
    answer = _changed(plane, change)
    assert answer["code"] == 422
    assert words in answer["message"]


def test_node_ports_follow_the_names_of_ports() -> None:
    plane = Plane()
    made = plane.made("services", service({"port": 80, "name": "a"}, {"port": 81, "name": "b"}, type="NodePort"))
    first, second = (port["nodePort"] for port in made["spec"]["ports"])
    ports = [{"port": 90, "name": "b"}, {"port": 80, "name": "c", "nodePort": first}, {"port": 91, "name": "a"}]
    found = [port["nodePort"] for port in _changed(plane, {"ports": ports})["spec"]["ports"]]
    assert found[:2] == [second, first]
    assert found[2] not in (first, second)


def test_a_balancer_that_becomes_something_else_loses_what_was_its_own() -> None:
    plane = Plane()
    spec = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "loadBalancerClass": "a/b"}
    made = plane.made("services", service({"port": 80}, **spec))
    assert made["spec"]["healthCheckNodePort"] in range(30000, 32768)
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}
    body = {**made, "status": status}
    told = plane.ask("update", "services", namespace="default", name="web", subresource="status", body=body).body
    assert told["status"]["loadBalancer"]["ingress"] == [{"ip": "192.0.2.7", "ipMode": "VIP"}]
    found = _changed(plane, {"type": "ClusterIP"})
    assert found["status"] == {"loadBalancer": {}}
    gone = {"healthCheckNodePort", "loadBalancerClass", "allocateLoadBalancerNodePorts", "externalTrafficPolicy"}
    assert not gone & found["spec"].keys()


def test_a_name_outside_that_becomes_a_service_gets_an_address() -> None:
    plane = Plane()
    plane.made("services", service(type="ExternalName", externalName="example.com"))
    spec = _changed(plane, {"type": "ClusterIP", "ports": [{"port": 80}]})["spec"]
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert spec["ipFamilies"] == ["IPv4"]
    assert "externalName" not in spec
