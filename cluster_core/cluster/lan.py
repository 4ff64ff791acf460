"""The machines of a cluster on their LAN, with the soft router, the internet and somebody's computer."""

from __future__ import annotations

from cluster_core.dataplane import lan
from cluster_core.dataplane.address import machine_mac
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.plan import GATEWAY, LAN_CLIENT_ADDRESS, lan_prefix, node_address

# What the soft router lets in: web ports to NodePorts of the first worker, as people set it up at home.
FORWARDED = ((80, 30080), (443, 30443))
OUTSIDE_NAMES = {"example.com": lan.INTERNET_SERVER, "www.example.com": lan.INTERNET_SERVER}


def build_lan(nodes: list[str], pod_network: str) -> Fabric:
    """Machines switched on, nothing programmed on them yet."""
    fabric, length = Fabric(pod_network), lan_prefix(len(nodes))
    for number, name in enumerate(nodes):
        add_machine(fabric, number, name, length)
    lan.add_lan_client(fabric, f"{LAN_CLIENT_ADDRESS}/{length}", GATEWAY)
    lan.add_router(fabric, f"{GATEWAY}/{length}", port_forwards(len(nodes)))
    lan.add_internet(fabric)
    return fabric


def add_machine(fabric: Fabric, number: int, name: str, length: int) -> None:
    """Machine `number` of the LAN, with its prefix length."""
    address = node_address(number)
    machine = lan.add_machine(fabric, name, f"{address}/{length}", machine_mac(address), GATEWAY)
    # kubeadm's preflight checks demand it in /etc/sysctl.d.
    machine.sysctls["net.ipv4.ip_forward"] = 1


def port_forwards(nodes: int) -> tuple[lan.PortForward, ...]:
    """The router's port forwards: to the first worker, or to the only machine."""
    target = node_address(1 if nodes > 1 else 0)
    return tuple(lan.PortForward("tcp", wan, f"{target}:{node_port}") for wan, node_port in FORWARDED)
