"""What Flannel programs on a node, VXLAN back end: flannel.1, and for each other node's lease a route, a neighbour and an
FDB entry; the masquerade and forward rules of its subnet. Upstream: flannel `pkg/backend/vxlan`, `pkg/trafficmngr/iptables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cluster_core.dataplane.address import host
from cluster_core.dataplane.netns import Interface, Netns, Route
from cluster_core.dataplane.rule import Comment, Mark, Match, Rule

DEVICE = "flannel.1"
VNI = 1
MASQUERADE_MARK = 0x4000
NIC_OVERHEAD = 50


@dataclass(frozen=True, slots=True)
class Lease:
    """A node's subnet lease: its pods' prefix, and where its VTEP is."""

    node: str
    subnet: str
    public_ip: str
    vtep_mac: str

    @property
    def vtep(self) -> str:
        """The address of the node's flannel.1: the first of its subnet."""
        return host(self.subnet, 0)


def create_device(stack: Netns, lease: Lease, nic: str = "eth0") -> None:
    """Make flannel.1: a /32, no learning, MTU 50 less than the NIC's."""
    mtu = stack.interfaces[nic].mtu - NIC_OVERHEAD
    stack.add(
        Interface(DEVICE, "vxlan", lease.vtep_mac, mtu, (f"{lease.vtep}/32",), vni=VNI, local=stack.address_of(nic))
    )


def add_lease(stack: Netns, lease: Lease) -> None:
    """Another node's subnet is reachable through its VTEP."""
    neighbour, mac, route = _entries(lease)
    stack.neighbours[neighbour] = lease.vtep_mac
    stack.fdb[mac] = lease.public_ip
    stack.routes[route.target] = route


def remove_lease(stack: Netns, lease: Lease) -> None:
    """The node is gone from the cluster."""
    neighbour, mac, route = _entries(lease)
    stack.neighbours.pop(neighbour, None)
    stack.fdb.pop(mac, None)
    stack.routes.pop(route.target, None)


@lru_cache(maxsize=4096)
def _entries(lease: Lease) -> tuple[tuple[str, str], tuple[str, str], Route]:
    """Keys of the neighbour and of the FDB entry, and the route: the same on every other node, so they share them."""
    route = Route(lease.subnet, DEVICE, via=lease.vtep, onlink=True)
    return (DEVICE, lease.vtep), (DEVICE, lease.vtep_mac), route


def program_rules(stack: Netns, lease: Lease, network: str) -> None:
    """Masquerade what leaves the pod network, let its packets be forwarded. Flannel appends, so kube-proxy's come first."""
    for table, chain, rules in _rules(lease.subnet, network):
        stack.netfilter.append(table, chain, *rules)


@lru_cache(maxsize=4096)
def _rules(subnet: str, network: str) -> tuple[tuple[str, str, tuple[Rule, ...]], ...]:
    comment, forward = Comment("flanneld masq"), Comment("flanneld forward")
    marked = Mark(MASQUERADE_MARK, MASQUERADE_MARK)
    masquerade = (
        _nat("RETURN", "", "", marked, comment),
        _nat("RETURN", subnet, network, comment),
        _nat("RETURN", network, subnet, comment),
        _nat("RETURN", f"! {network}", subnet, comment),
        _nat("MASQUERADE", network, "! 224.0.0.0/4", comment),
        _nat("MASQUERADE", f"! {network}", network, comment),
    )
    accept = (
        Rule("ACCEPT", source=network, matches=(forward,)),
        Rule("ACCEPT", target=network, matches=(forward,)),
    )
    return (
        ("nat", "POSTROUTING", (Rule("FLANNEL-POSTRTG", matches=(comment,)),)),
        ("nat", "FLANNEL-POSTRTG", masquerade),
        ("filter", "FORWARD", (Rule("FLANNEL-FWD", matches=(forward,)),)),
        ("filter", "FLANNEL-FWD", accept),
    )


def _nat(jump: str, source: str, target: str, *matches: Match) -> Rule:
    options = "--random-fully" if jump == "MASQUERADE" else ""
    return Rule(jump, source=source, target=target, matches=matches, options=options)
