"""Everything a packet can meet: the stacks of machines and pods, the LAN switch, and who listens where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from cluster_core.dataplane.address import host
from cluster_core.dataplane.netns import DEFAULT, BridgePort, Interface, Netns, Route, loopback

SWITCH = "switch"


class Sockets(Protocol):
    """Who listens: asked when a packet has reached a stack."""

    def listener(self, netns: str, protocol: str, port: int) -> str:
        """The program that has the port open in a namespace, "" if none has."""


@dataclass(slots=True)
class Sandbox:
    """Where a pod's namespace hangs: its host and the bridge port. `netns` is set once somebody changed it by hand."""

    host: str
    port: BridgePort
    pod_cidr: str
    cluster_cidr: str
    mtu: int
    netns: Netns | None = None


@dataclass(slots=True)
class SwitchPort:
    """A port of the LAN switch and the machine behind it."""

    netns: str
    device: str
    up: bool = True


@dataclass(slots=True)
class Fabric:
    """The network. `switch` has its ports in order; `sandboxes` the pods by namespace name."""

    stacks: dict[str, Netns] = field(default_factory=dict)
    switch: dict[str, SwitchPort] = field(default_factory=dict)
    sandboxes: dict[str, Sandbox] = field(default_factory=dict)

    def netns(self, name: str) -> Netns:
        """A stack by name; that of a pod is what the CNI plugin made of it, derived when it is looked at."""
        sandbox = self.sandboxes.get(name)
        if sandbox is None:
            return self.stacks[name]
        return sandbox.netns or pod_netns(name, sandbox)

    def open_netns(self, name: str) -> Netns:
        """A pod's stack to be changed by hand (a fault): from now on it is kept."""
        sandbox = self.sandboxes[name]
        if sandbox.netns is None:
            sandbox.netns = pod_netns(name, sandbox)
        return sandbox.netns

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


def pod_netns(name: str, sandbox: Sandbox) -> Netns:
    """A pod's namespace as CNI ADD makes it: lo, eth0, the subnet, the cluster's range and the rest through the bridge."""
    port, gateway = sandbox.port, host(sandbox.pod_cidr, 1)
    length = sandbox.pod_cidr.partition("/")[2]
    stack = Netns(name)
    stack.add(loopback())
    peer = (sandbox.host, port.name)
    stack.add(Interface("eth0", "ethernet", port.mac, sandbox.mtu, (f"{port.address}/{length}",), port.up, peer))
    for target in (DEFAULT, sandbox.cluster_cidr):
        stack.routes[target] = Route(target, "eth0", via=gateway)
    return stack
