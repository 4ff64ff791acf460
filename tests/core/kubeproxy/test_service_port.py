"""Service ports read from Services and EndpointSlices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cluster_core.kubeproxy.service_port import ServiceEntry, service_ports
from tests.core.kubeproxy.test_service_rules import ONE, TWO, WEB


def test_endpoints_that_end_but_serve_are_used_when_no_other_is_left() -> None:
    ending = replace(ONE, ready=False, terminating=True)
    assert replace(WEB, endpoints=(ending, TWO)).usable() == (TWO,)
    assert replace(WEB, endpoints=(ending,)).usable() == (ending,)
    assert replace(WEB, endpoints=(replace(ending, serving=False),)).usable() == ()


def objects(**spec: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A Service and a slice as the API server has them."""
    port = {"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}
    service = {
        "metadata": {"namespace": "default", "name": "web"},
        "spec": {"clusterIP": "10.96.100.1", "ports": [port]},
    }
    service["spec"] |= spec
    ready = {"ready": True, "serving": True, "terminating": False}
    part = {
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": "other", "port": 9, "protocol": "TCP"}],
        "endpoints": [
            {"addresses": ["10.244.2.2"], "conditions": ready, "nodeName": "node-2"},
            {"addresses": ["10.244.1.2"], "conditions": {**ready, "ready": False}, "nodeName": "node-1"},
        ],
    }
    return service, part


def test_service_ports_of_the_objects() -> None:
    service, part = objects(sessionAffinity="ClientIP")
    (port,) = service_ports(service, [part])
    assert (port.name, port.affinity) == ("default/web:http", 10800)
    assert [(one.text, one.ready) for one in port.endpoints] == [("10.244.1.2:8080", False), ("10.244.2.2:8080", True)]
    assert service_ports(objects(clusterIP="None")[0], [part]) == ()
    assert service_ports(objects(type="ExternalName", clusterIP="")[0], [part]) == ()


def test_entries_that_serve_the_same_have_the_same_rules() -> None:
    service, part = objects()
    waiting = {**part, "endpoints": part["endpoints"][:1]}
    other = {**part, "endpoints": part["endpoints"][1:]}
    with_waiting, alone, nobody = (ServiceEntry(service, (one,)) for one in (part, waiting, other))
    assert with_waiting.ports != alone.ports and with_waiting.served == alone.served != nobody.served
    assert (with_waiting.endpoints, alone.endpoints) == (4, 2)
