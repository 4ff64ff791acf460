"""A small network made by the programs that make it in a cluster: two nodes with two pods each, router, client, internet."""

from __future__ import annotations

from random import Random

from cluster_core.cni import bridge, flannel
from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.hop import Trace
from cluster_core.dataplane.packet import request
from cluster_core.dataplane.tracer import trace

NETWORK = "10.244.0.0/16"
A1, A2, B1, B2 = "10.244.1.2", "10.244.1.3", "10.244.2.2", "10.244.2.3"
PODS = {"a1": ("node-a", A1), "a2": ("node-a", A2), "b1": ("node-b", B1), "b2": ("node-b", B2)}
NODES = {"node-a": ("192.168.66.11", "10.244.1.0/24"), "node-b": ("192.168.66.12", "10.244.2.0/24")}
PORT = 8080


class OpenEverywhere:
    """Port 8080 is open everywhere, for TCP and UDP."""

    def listener(self, netns: str, protocol: str, port: int) -> str:
        """A server on 8080."""
        return "server" if port == PORT else ""


def lab() -> Fabric:
    """The network, programmed by Flannel and the CNI plugins; no kube-proxy."""
    fabric = Fabric(NETWORK)
    for number, (name, (address, _)) in enumerate(NODES.items(), 1):
        lan.add_machine(fabric, name, f"{address}/24", f"08:00:27:00:00:1{number}", "192.168.66.1")
    lan.add_lan_client(fabric, "192.168.66.100/24", "192.168.66.1")
    lan.add_router(fabric, "192.168.66.1/24", (lan.PortForward("tcp", 8080, f"192.168.66.11:{PORT}"),))
    lan.add_internet(fabric)
    leases = [
        flannel.Lease(name, subnet, address, f"0e:00:00:00:01:0{number}")
        for number, (name, (address, subnet)) in enumerate(NODES.items(), 1)
    ]
    for lease in leases:
        stack = fabric.stacks[lease.node]
        flannel.create_device(stack, lease)
        flannel.program_rules(stack, lease, NETWORK)
        for other in leases:
            if other is not lease:
                flannel.add_lease(stack, other)
    for uid, (node, address) in PODS.items():
        bridge.attach(fabric, node, uid, address, NODES[node][1], f"veth-{uid}")
    return fabric


def send(
    fabric: Fabric, start: str, target: str, protocol: str = "TCP", port: int = PORT, ttl: int = 64, length: int = 0
) -> Trace:
    """Send one packet and its answer."""
    packet = request("", target, protocol, port, 40000, ttl, length)
    return trace(packet, fabric, start, Random(1), OpenEverywhere(), 128)


def reasons(found: Trace) -> list[str]:
    """The reasons of the hops there, in order."""
    return [hop.reason for hop in found.request]
