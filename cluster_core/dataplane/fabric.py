"""Everything a packet can meet: the stacks of machines and pods, the LAN switch, and who listens where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from cluster_core.dataplane.netns import DEFAULT, BridgePort, Interface, Netns, Route, loopback

SWITCH = "switch"


class Sockets(Protocol):
    """Who listens: asked when a packet has reached a stack."""

    def listener(self, netns: str, protocol: str, port: int) -> str:
        """The program that has the port open in a namespace, "" if none has."""


@dataclass(slots=True)
class SwitchPort:
    """A port of the LAN switch and the machine behind it."""

    netns: str
    device: str
    up: bool = True


@dataclass(slots=True)
class Fabric:
    """The network. `switch` has its ports in order; `sandboxes` where the namespace of each pod hangs; `opened` are the
    namespaces of pods that somebody changed by hand."""

    pod_network: str = "10.244.0.0/16"
    stacks: dict[str, Netns] = field(default_factory=dict)
    switch: dict[str, SwitchPort] = field(default_factory=dict)
    sandboxes: dict[str, BridgePort] = field(default_factory=dict)
    opened: dict[str, Netns] = field(default_factory=dict)

    def netns(self, name: str) -> Netns:
        """A stack by name; that of a pod is what the CNI plugin made of it, derived when it is looked at."""
        port = self.sandboxes.get(name)
        if port is None:
            return self.stacks[name]
        return self.opened.get(name) or pod_netns(port, self.stacks[port.host], self.pod_network)

    def open_netns(self, name: str) -> Netns:
        """A pod's stack to be changed by hand (a fault): from now on it is kept."""
        if name not in self.opened:
            self.opened[name] = self.netns(name)
        return self.opened[name]

    def peer(self, netns: str, device: str) -> tuple[str, str] | None:
        """The other end of a link: (namespace, device); the switch is a namespace whose devices are its ports."""
        port = self.stacks[netns].ports.get(device) if netns in self.stacks else None
        if port is not None:
            return (port.netns, "eth0")
        found = self.netns(netns).interfaces.get(device)
        return found.peer if found is not None else None

    def plug(self, port: str, netns: str, device: str) -> None:
        """Connect a machine's NIC to the LAN switch."""
        self.switch[port] = SwitchPort(netns, device)
        self.stacks[netns].interfaces[device].peer = (SWITCH, port)

    def lan_owner(self, address: str) -> str | None:
        """The MAC that answers ARP for an address on the LAN, None if nobody does.

        Real Linux asks again when an entry is old; here whoever once was on the LAN is remembered, also when its link is down.
        """
        for port in self.switch.values():
            stack = self.stacks[port.netns]
            if stack.address_of(port.device) == address or stack.published.get(address) == port.device:
                return stack.interfaces[port.device].mac
        return None


def pod_netns(port: BridgePort, host: Netns, pod_network: str) -> Netns:
    """A pod's namespace as CNI ADD makes it: lo, eth0, the subnet, the cluster's range and the rest through the bridge."""
    bridge = host.bridge()
    stack = Netns(port.netns)
    stack.add(loopback())
    if bridge is None:
        return stack
    gateway, _, length = bridge.addresses[0].partition("/")
    peer, address = (port.host, port.name), f"{port.address}/{length}"
    stack.add(Interface("eth0", "ethernet", port.mac, bridge.mtu, (address,), port.up, peer))
    for target in (DEFAULT, pod_network):
        stack.routes[target] = Route(target, "eth0", via=gateway)
    return stack
