"""Doors into pods for clients outside: a port of a pod's loopback (port-forward), or an address as the API server reaches it (proxy)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.cluster import probe
from cluster_core.cluster.config import CONTROL_PLANE
from cluster_core.cluster.sockets import WorldSockets
from cluster_core.cni.bridge import namespace as netns_of
from cluster_core.dataplane.plan import node_address

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

REFUSED = ("packet.connection-refused", "packet.nobody-listens")


@dataclass(frozen=True, slots=True)
class Door:
    """Where a connection ends: the namespace, who listens there and at which port, who it says it comes from; or why there is none."""

    netns: str = ""
    listener: str = ""
    port: int = 0
    client: str = "127.0.0.1"
    refusal: str = ""


def opened(world: World, namespace: str, pod: str, port: int) -> Door:
    """Connect to a port inside a pod, as containerd does for port-forward. Reading it changes nothing."""
    obj = world.objects("pods").get(f"{namespace}/{pod}")
    if obj is None:
        return Door(refusal=f'pods "{pod}" not found')
    shares = obj["spec"].get("hostNetwork")
    place = obj["spec"].get("nodeName", "") if shares else netns_of(obj["metadata"]["uid"])
    listener = WorldSockets(world).listener(place, "TCP", port) if place else ""
    if listener:
        return Door(place, listener, port)
    uid = obj["metadata"]["uid"]
    dial = f"IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused IPv6: dial tcp6 [::1]:{port}: connect: connection refused"
    inside = f'failed to connect to localhost:{port} inside namespace "{uid}", {dial} '
    return Door(refusal=f'failed to execute portforward in network namespace "/var/run/netns/cni-{uid}": {inside}')


def dialed(world: World, address: str, port: int) -> Door:
    """Connect from the API server to an address: the packet walks. Real Kubernetes waits up to 30 s for one that is lost."""
    dial = f"dial tcp {address}:{port}"
    try:
        found = probe.send(world, f"node/{CONTROL_PLANE}", address, "TCP", port).trace
    except LookupError as error:
        return Door(refusal=f"{dial}: {error}")
    for hop in reversed(found.request if found.result == "delivered" else ()):
        if hop.step == "deliver" and hop.params.get("listener"):
            return Door(hop.netns, hop.params["listener"], int(hop.params["port"]), node_address(0))
    if found.reason in REFUSED:
        return Door(refusal=f"{dial}: connect: connection refused")
    if found.result == "dropped":
        return Door(refusal=f"{dial}: i/o timeout")
    return Door(refusal=f"{dial}: connect: no route to host")
