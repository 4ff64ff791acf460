"""The network stack of a node as its own tools show it: `ip addr`, `ip route`, `ip neigh`, `bridge fdb`, `iptables-save`."""

from __future__ import annotations

from typing import TypedDict

from cluster_core.api.request import Obj
from cluster_core.dataplane.netfilter import save
from cluster_core.dataplane.netns import SYSCTLS, BridgePort, Interface, Netns
from cluster_core.projection.packets import pod_label
from cluster_core.projection.source import NetworkSource


class InterfaceCard(TypedDict):
    """A device. `master` is the bridge of a port, `peer` what is at the other end."""

    name: str
    kind: str  # loopback | ethernet | bridge | vxlan | veth
    mac: str
    mtu: int
    up: bool
    addresses: list[str]
    master: str
    peer: str
    hairpin: bool


class NodeNetwork(TypedDict):
    """Everything that is programmed in a node's kernel."""

    node: str
    interfaces: list[InterfaceCard]
    routes: list[str]
    neighbours: list[str]
    fdb: list[str]
    sysctls: dict[str, int]
    iptables: str


def node_network(source: NetworkSource, node: str) -> NodeNetwork:
    """The stack of a node, or of the router, the LAN client, the internet host. LookupError: there is no such machine."""
    stack = source.network.fabric.stacks.get(node)
    if stack is None:
        raise LookupError(f"there is no machine {node}")
    pods = {f"pod/{pod['metadata']['uid']}": pod for pod in source.objects("pods").values()}
    bridge = stack.bridge()
    master = bridge.name if bridge is not None else ""
    ports = [_port_card(port, master, bridge.mtu if bridge is not None else 0, pods) for port in stack.ports.values()]
    return {
        "node": node,
        "interfaces": [*(_interface_card(one) for one in stack.interfaces.values()), *ports],
        "routes": [route.text() for route in sorted(stack.routes.values(), key=lambda one: one.text())],
        "neighbours": _neighbours(stack, master),
        "fdb": _fdb(stack, master),
        "sysctls": {name: stack.sysctl(name) for name in SYSCTLS},
        "iptables": save(stack.netfilter),
    }


def _interface_card(interface: Interface) -> InterfaceCard:
    return {
        "name": interface.name,
        "kind": interface.kind,
        "mac": interface.mac,
        "mtu": interface.mtu,
        "up": interface.up,
        "addresses": list(interface.addresses),
        "master": "",
        "peer": "/".join(interface.peer) if interface.peer is not None else "",
        "hairpin": False,
    }


def _port_card(port: BridgePort, master: str, mtu: int, pods: dict[str, Obj]) -> InterfaceCard:
    """A veth of the host. Its own MAC is drawn by the kernel and used by nobody; shown is that of the pod's end."""
    return {
        "name": port.name,
        "kind": "veth",
        "mac": port.mac,
        "mtu": mtu,
        "up": port.up,
        "addresses": [],
        "master": master,
        "peer": pod_label(port.netns, pods),
        "hairpin": port.hairpin,
    }


def _neighbours(stack: Netns, bridge: str) -> list[str]:
    """The permanent entries that Flannel made, and the pods that have spoken."""
    found = [f"{address} dev {device} lladdr {mac} PERMANENT" for (device, address), mac in stack.neighbours.items()]
    found += [f"{port.address} dev {bridge} lladdr {port.mac} REACHABLE" for port in stack.ports.values()]
    return sorted(found)


def _fdb(stack: Netns, bridge: str) -> list[str]:
    """Where MACs are: behind which port of the bridge, or on which node."""
    found = [f"{mac} dev {device} dst {remote} self permanent" for (device, mac), remote in stack.fdb.items()]
    found += [f"{port.mac} dev {port.name} master {bridge}" for port in stack.ports.values()]
    return sorted(found)
