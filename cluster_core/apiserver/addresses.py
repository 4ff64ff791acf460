"""Cluster IPs and node ports of Services. Upstream: `pkg/registry/core/service/{ipallocator,portallocator}`, `storage/alloc.go`."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from random import Random
from typing import Any

from cluster_core.api.errors import ApiError, Cause, invalid
from cluster_core.api.kinds.service_type import (
    NODE_PORT_TYPES,
    is_headless,
    needs_address,
    needs_health_check,
    needs_node_ports,
)
from cluster_core.api.request import Obj

SERVICE_NETWORK = IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
NODE_PORTS_WORDS = "provided port is not in the valid range. The range of valid ports is 30000-32767"
TAKEN_WORDS = "provided port is already allocated"
TRIES = 1000


def allocate(service: Obj, services: dict[str, Obj], random: Random) -> Obj:
    """The Service with the addresses and ports that it lacks; raises 422 for one that is taken or out of range."""
    spec = dict(service["spec"])
    others = [other["spec"] for key, other in services.items() if key != _key(service)]
    if needs_address(spec) and not is_headless(spec):
        taken = [other.get("clusterIP") for other in others]
        spec["clusterIP"] = _address(service, spec.get("clusterIP"), taken, random)
    if spec.get("clusterIP"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    taken_ports = [number for other in others for number in _ports_of(other)]
    if spec["type"] in NODE_PORT_TYPES:
        spec["ports"] = _with_node_ports(service, spec, taken_ports, random)
    else:
        spec["ports"] = [
            {name: value for name, value in port.items() if name != "nodePort"} for port in spec.get("ports", ())
        ]
    if needs_health_check(spec):
        spec["healthCheckNodePort"] = _health_check_port(service, spec, taken_ports, random)
    return {**service, "spec": {name: value for name, value in spec.items() if value != [] or name != "ports"}}


def _key(service: Obj) -> str:
    return f"{service['metadata']['namespace']}/{service['metadata']['name']}"


def _ports_of(spec: Obj) -> list[int]:
    """The ports of nodes that a Service has."""
    found = [port["nodePort"] for port in spec.get("ports", ()) if port.get("nodePort")]
    return [*found, spec["healthCheckNodePort"]] if spec.get("healthCheckNodePort") else found


def _address(service: Obj, wanted: str | None, taken: list[Any], random: Random) -> str:
    if wanted:
        try:
            inside = IPv4Address(wanted) in SERVICE_NETWORK
        except ValueError:
            inside = False
        if not inside:
            raise _refused(
                service,
                "spec.clusterIPs",
                [wanted],
                f"failed to allocate IP {wanted}: the provided network does not match the current range",
            )
        if wanted in taken:
            raise _refused(
                service,
                "spec.clusterIPs",
                [wanted],
                f"failed to allocate IP {wanted}: provided IP is already allocated",
            )
        return wanted
    for _ in range(TRIES):
        address = str(SERVICE_NETWORK[random.randrange(256, SERVICE_NETWORK.num_addresses - 1)])
        if address not in taken:
            return address
    raise ApiError(500, "InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full")


def _with_node_ports(service: Obj, spec: Obj, taken: list[int], random: Random) -> list[Obj]:
    """Ports of one number, such as DNS over TCP and UDP, share a node port."""
    asked = [port for port in spec.get("ports", ()) if port.get("nodePort")]
    shared = {port.get("port", 0): port["nodePort"] for port in reversed(asked)}
    mine: list[int] = []
    ports: list[Obj] = []
    for index, port in enumerate(spec.get("ports", ())):
        number, wanted = port.get("port", 0), port.get("nodePort")
        if wanted:
            if wanted not in mine:
                _reserve(service, wanted, f"spec.ports[{index}].nodePort", taken)
        elif needs_node_ports(spec):
            wanted = shared.get(number) or _free(taken, random)
            port = {**port, "nodePort": wanted}
            taken.append(wanted)
        if wanted:
            shared.setdefault(number, wanted)
            mine.append(wanted)
        ports.append(port)
    return ports


def _health_check_port(service: Obj, spec: Obj, taken: list[int], random: Random) -> int:
    """Real Kubernetes answers 500 when the wanted one is taken; here it is 422 with the same words."""
    wanted: int = spec.get("healthCheckNodePort") or 0
    if wanted:
        taken = taken + [port["nodePort"] for port in spec.get("ports", ()) if port.get("nodePort")]
        words = f"failed to allocate requested HealthCheck NodePort {wanted}: "
        _reserve(service, wanted, "spec.healthCheckNodePort", taken, words)
    return wanted or _free(taken, random)


def _reserve(service: Obj, wanted: int, path: str, taken: list[int], before: str = "") -> None:
    if wanted not in NODE_PORTS:
        raise _refused(service, path, wanted, before + NODE_PORTS_WORDS)
    if wanted in taken:
        raise _refused(service, path, wanted, before + TAKEN_WORDS)
    taken.append(wanted)


def _free(taken: list[int], random: Random) -> int:
    for _ in range(TRIES):
        number = random.choice(NODE_PORTS)
        if number not in taken:
            return number
    raise ApiError(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full")


def _refused(service: Obj, field: str, value: Any, words: str) -> ApiError:
    return invalid("Service", "", service["metadata"]["name"], [Cause(field, "Invalid", words, value)])
