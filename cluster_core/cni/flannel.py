"""What Flannel programs on a node, VXLAN back end: flannel.1, and for each other node's lease a route, a neighbour and an
FDB entry; the masquerade and forward rules of its subnet. Upstream: flannel `pkg/backend/vxlan`, `pkg/trafficmngr/iptables`.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    stack.neighbours[(DEVICE, lease.vtep)] = lease.vtep_mac
    stack.fdb[(DEVICE, lease.vtep_mac)] = lease.public_ip
    stack.routes[lease.subnet] = Route(lease.subnet, DEVICE, via=lease.vtep, onlink=True)


def remove_lease(stack: Netns, lease: Lease) -> None:
    """The node is gone from the cluster."""
    stack.neighbours.pop((DEVICE, lease.vtep), None)
    stack.fdb.pop((DEVICE, lease.vtep_mac), None)
    stack.routes.pop(lease.subnet, None)


def program_rules(stack: Netns, lease: Lease, network: str) -> None:
    """Masquerade what leaves the pod network, let its packets be forwarded. Flannel appends, so kube-proxy's come first."""
    comment = Comment("flanneld masq")
    netfilter = stack.netfilter
    netfilter.append("nat", "POSTROUTING", Rule("FLANNEL-POSTRTG", matches=(comment,)))
    marked = Mark(MASQUERADE_MARK, MASQUERADE_MARK)
    rules = [
        _nat("RETURN", "", "", marked, comment),
        _nat("RETURN", lease.subnet, network, comment),
        _nat("RETURN", network, lease.subnet, comment),
        _nat("RETURN", f"! {network}", lease.subnet, comment),
        _nat("MASQUERADE", network, "! 224.0.0.0/4", comment),
        _nat("MASQUERADE", f"! {network}", network, comment),
    ]
    netfilter.append("nat", "FLANNEL-POSTRTG", *rules)
    forward = Comment("flanneld forward")
    netfilter.append("filter", "FORWARD", Rule("FLANNEL-FWD", matches=(forward,)))
    netfilter.append(
        "filter",
        "FLANNEL-FWD",
        Rule("ACCEPT", source=network, matches=(forward,)),
        Rule("ACCEPT", target=network, matches=(forward,)),
    )


def _nat(jump: str, source: str, target: str, *matches: Match) -> Rule:
    options = "--random-fully" if jump == "MASQUERADE" else ""
    return Rule(jump, source=source, target=target, matches=matches, options=options)
