"""Whom a request to `proxy` is for: the address and the port behind a pod, a service or a node.

Upstream: `pkg/registry/core/{pod/strategy.go,service/storage/storage.go,node/strategy.go}` (`ResourceLocation`), apimachinery `util/net/port_split.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import ApiError, bad_request, not_found
from cluster_core.api.place import Place
from cluster_core.api.request import Obj

SCHEMES = ("", "http", "https")
KUBELET_PORT = 10250
SLICES = "endpointslices.discovery.k8s.io"


@dataclass(frozen=True, slots=True)
class Proxied:
    """Where a request goes. `name` is the object that was asked for, `node` set if it is a node's kubelet."""

    name: str
    address: str
    port: int
    secure: bool = False
    node: str = ""


def located(world: Any, where: Place) -> Proxied:
    """What a path names. Raises 400, 404 or 503 in upstream's words."""
    kind = {"pods": "pod", "services": "service", "nodes": "node"}[where.plural]
    scheme, name, port = _split(where.name, kind)
    key = f"{where.namespace}/{name}" if where.namespace else name
    obj: Obj | None = world.objects(where.resource).get(key)
    if obj is None:
        raise not_found(where.resource, name)
    found = {"pod": _pod, "service": _service, "node": _node}[kind](world, obj, port)
    return Proxied(name, *found, scheme == "https", name if kind == "node" else "")


def _split(text: str, kind: str) -> tuple[str, str, str]:
    """ "name", "name:port" or "scheme:name:port"."""
    parts = text.split(":")
    scheme = parts.pop(0) if len(parts) == 3 else ""
    name, port = parts[0], "".join(parts[1:])
    if len(parts) > 2 or scheme not in SCHEMES or not name:
        raise bad_request(f'invalid {kind} request "{text[:300]}"')
    return scheme, name, port


def _pod(_world: Any, pod: Obj, port: str) -> tuple[str, int]:
    ports = [one for container in pod["spec"]["containers"] for one in container.get("ports") or ()]
    if not port:
        number = ports[0]["containerPort"] if ports else 80
    else:
        number = _number(port) or next((one["containerPort"] for one in ports if one.get("name") == port), 0)
    address = pod.get("status", {}).get("podIP", "")
    if not address:
        raise ApiError(500, "InternalError", "Internal error occurred: address not allowed")
    if not number:
        raise bad_request(f'invalid pod request "{pod["metadata"]["name"]}:{port[:100]}"')
    return address, number


def _service(world: Any, service: Obj, port: str) -> tuple[str, int]:
    meta: Obj = service["metadata"]
    ports: list[Obj] = service["spec"].get("ports") or []
    name = port
    if number := _number(port):
        named = next((one.get("name", "") for one in ports if one["port"] == number), None)
        if named is None:
            words = f'no service port {number} found for service "{meta["name"]}"'
            raise ApiError(503, "ServiceUnavailable", words)
        name = named
    elif not port and len(ports) == 1:
        name = ports[0].get("name", "")
    found = [
        (address, one["port"])
        for part in _slices(world, meta)
        for one in part.get("ports") or ()
        if one.get("name", "") == name
        for endpoint in part.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
        for address in endpoint["addresses"][:1]
    ]
    if not found:
        raise ApiError(503, "ServiceUnavailable", f'no endpoints available for service "{service["metadata"]["name"]}"')
    # Upstream draws one; here they take turns with the events of the run, so that the same moment has the same answer.
    chosen: tuple[str, int] = found[world.sim.number % len(found)]
    return chosen


def _slices(world: Any, meta: Obj) -> list[Obj]:
    return [
        one
        for key, one in sorted(world.objects(SLICES).items())
        if key.startswith(f"{meta['namespace']}/")
        and (one["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == meta["name"]
    ]


def _node(_world: Any, node: Obj, port: str) -> tuple[str, int]:
    addresses = node.get("status", {}).get("addresses") or ()
    address = next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")
    return address, _number(port) or KUBELET_PORT


def _number(text: str) -> int:
    """A port number, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65_536 else 0
