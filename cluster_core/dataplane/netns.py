"""Network namespaces: interfaces, addresses, routes, neighbours, bridge ports, FDB, sysctls, netfilter. Plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster_core.dataplane.address import inside, pod_mac, prefix, to_int, to_text
from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.sim.shelf import Shelf

DEFAULT = "0.0.0.0/0"
LOOPBACK = "127.0.0.0/8"

SYSCTLS = {
    "net.ipv4.ip_forward": 0,
    "net.ipv4.conf.all.route_localnet": 0,
    "net.ipv4.conf.all.rp_filter": 0,
    "net.ipv4.ip_default_ttl": 64,
    "net.bridge.bridge-nf-call-iptables": 0,
    "net.netfilter.nf_conntrack_tcp_be_liberal": 0,
}


@dataclass(slots=True)
class Interface:
    """A network device. `kind`: loopback, ethernet, bridge or vxlan; `peer` is (namespace, device) at the other end."""

    name: str
    kind: str
    mac: str = ""
    mtu: int = 1500
    addresses: tuple[str, ...] = ()
    up: bool = True
    peer: tuple[str, str] | None = None
    vni: int = 0
    local: str = ""


@dataclass(slots=True)
class BridgePort:
    """A veth of a host that is a port of its bridge; `netns` and `address` are those of the pod's end."""

    name: str
    host: str
    netns: str
    address: str
    hairpin: bool = True
    up: bool = True

    @property
    def mac(self) -> str:
        """The MAC of the pod's end."""
        return pod_mac(self.address)


@dataclass(frozen=True, slots=True)
class Route:
    """A route: to a prefix over a device, through `via` or on link; `source` is the preferred source address."""

    target: str
    device: str
    via: str = ""
    source: str = ""
    onlink: bool = False

    def text(self) -> str:
        """As `ip route` prints it."""
        target = "default" if self.target == DEFAULT else self.target.removesuffix("/32")
        parts = [target]
        if self.via:
            parts.append(f"via {self.via}")
        parts.append(f"dev {self.device}")
        if self.source:
            parts.append(f"proto kernel scope link src {self.source}")
        if self.onlink:
            parts.append("onlink")
        return " ".join(parts)


@dataclass(slots=True)
class Netns:
    """One network stack: of a machine ("node-1", "router") or of a pod ("pod/<uid>"). `published` are the addresses that it
    answers ARP for without having them, by address, with the device."""

    name: str
    interfaces: dict[str, Interface] = field(default_factory=dict)
    routes: Shelf[str, Route] = field(default_factory=Shelf)
    neighbours: Shelf[tuple[str, str], str] = field(default_factory=Shelf)
    fdb: Shelf[tuple[str, str], str] = field(default_factory=Shelf)
    ports: dict[str, BridgePort] = field(default_factory=dict)
    sysctls: dict[str, int] = field(default_factory=dict)
    netfilter: Netfilter = field(default_factory=Netfilter)
    published: dict[str, str] = field(default_factory=dict)

    def sysctl(self, name: str) -> int:
        """A kernel setting, or its default."""
        return self.sysctls.get(name, SYSCTLS[name])

    def add(self, interface: Interface) -> None:
        """A device comes up; each of its prefixes becomes a connected route."""
        self.interfaces[interface.name] = interface
        for address in interface.addresses:
            ip, _, length = address.partition("/")
            if length not in ("32", "") and interface.kind != "loopback":
                network = f"{_network(address)}/{length}"
                self.routes[network] = Route(network, interface.name, source=ip)

    def is_local(self, address: str) -> bool:
        """Whether an address is this stack's own (the kernel's table `local`)."""
        return inside(address, LOOPBACK) or any(address == own for own in self.addresses())

    def addresses(self) -> Iterable[str]:
        """The stack's own addresses; one stays its own while the device is down, as in Linux."""
        for interface in self.interfaces.values():
            for address in interface.addresses:
                yield address.partition("/")[0]

    def route(self, target: str) -> Route | None:
        """The longest prefix that holds the address, over a device that is up.

        Real Linux forgets the routes of a device when it goes down; here they are passed over.
        """
        number, best, best_length = to_int(target), None, -1
        for route in self.routes.values():
            network, mask, length = prefix(route.target)
            if number & mask == network and length > best_length and self.is_up(route.device):
                best, best_length = route, length
        return best

    def is_up(self, device: str) -> bool:
        """Whether a device is there and up."""
        found = self.interfaces.get(device)
        return found is not None and found.up

    def address_of(self, device: str) -> str:
        """The first address of a device, "" if it has none."""
        found = self.interfaces.get(device)
        return found.addresses[0].partition("/")[0] if found is not None and found.addresses else ""

    def source_for(self, route: Route) -> str:
        """The source address that a socket gets when it has chosen none."""
        return route.source or self.address_of(route.device) or next(iter(self._global_addresses()), "")

    def bridge(self) -> Interface | None:
        """The bridge, if there is one and it is up."""
        return next((dev for dev in self.interfaces.values() if dev.kind == "bridge" and dev.up), None)

    def _global_addresses(self) -> Iterable[str]:
        return (address for address in self.addresses() if not inside(address, LOOPBACK))


def loopback() -> Interface:
    """The device lo."""
    return Interface("lo", "loopback", "00:00:00:00:00:00", 65536, ("127.0.0.1/8",))


def _network(cidr: str) -> str:
    return to_text(prefix(cidr)[0])
