"""Cluster IPs and node ports of Services. Upstream: `pkg/registry/core/service/{ipallocator,portallocator}`."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from random import Random
from typing import Any

from cluster_core.api.errors import ApiError, Cause, invalid
from cluster_core.api.request import Obj

SERVICE_NETWORK = IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
TRIES = 1000


def allocate(service: Obj, services: dict[str, Obj], random: Random) -> Obj:
    """The Service with the addresses and ports that it lacks; raises 422 for one that is taken or out of range."""
    spec = dict(service["spec"])
    others = [other["spec"] for key, other in services.items() if key != _key(service)]
    if spec["type"] != "ExternalName" and spec.get("clusterIP") != "None":
        taken = [other.get("clusterIP") for other in others]
        spec["clusterIP"] = _address(service, spec.get("clusterIP"), taken, random)
    if spec.get("clusterIP"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    if spec["type"] in ("NodePort", "LoadBalancer"):
        ports = [port.get("nodePort") for other in others for port in other.get("ports", ())]
        spec["ports"] = [
            _with_node_port(service, port, index, ports, random) for index, port in enumerate(spec["ports"])
        ]
    else:
        spec["ports"] = [
            {name: value for name, value in port.items() if name != "nodePort"} for port in spec.get("ports", ())
        ]
    return {**service, "spec": {name: value for name, value in spec.items() if value != [] or name != "ports"}}


def _key(service: Obj) -> str:
    return f"{service['metadata']['namespace']}/{service['metadata']['name']}"


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


def _with_node_port(service: Obj, port: Obj, index: int, taken: list[Any], random: Random) -> Obj:
    wanted = port.get("nodePort")
    path = f"spec.ports[{index}].nodePort"
    if wanted:
        if wanted not in NODE_PORTS:
            raise _refused(
                service,
                path,
                wanted,
                "provided port is not in the valid range. The range of valid ports is 30000-32767",
            )
        if wanted in taken:
            raise _refused(service, path, wanted, "provided port is already allocated")
        taken.append(wanted)
        return port
    for _ in range(TRIES):
        number = random.choice(NODE_PORTS)
        if number not in taken:
            taken.append(number)
            return {**port, "nodePort": number}
    raise ApiError(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full")


def _refused(service: Obj, field: str, value: Any, words: str) -> ApiError:
    return invalid("Service", "", service["metadata"]["name"], [Cause(field, "Invalid", words, value)])
