"""ICMP errors: which kinds there are, and what a stack owes to the sender of a packet. Upstream: the kernel's net/ipv4/icmp.c."""

from __future__ import annotations

from cluster_core.dataplane.packet import icmp_error
from cluster_core.dataplane.walk import Skb

NET_UNREACHABLE, HOST_UNREACHABLE, PORT_UNREACHABLE, FRAGMENTATION_NEEDED = (3, 0), (3, 1), (3, 3), (3, 4)
TIME_EXCEEDED = (11, 0)


def error(skb: Skb, kind: tuple[int, int]) -> None:
    """Send an ICMP error about a packet: from the address it was sent to if that is ours, else as the route back says.

    There is none about another error, nor about a fragment that is not the first.
    """
    about = skb.packet
    if about.is_icmp_error or about.offset or about.frame is not None:
        return
    source = about.target if skb.stack.is_local(about.target) else ""
    skb.walk.errors.append((skb.stack, icmp_error(source, about, kind), skb.tracked))


def answer_reject(skb: Skb) -> None:
    """REJECT answers with an ICMP error, DROP is silent."""
    if skb.walk.hops[-1].verdict == "rejected":
        error(skb, PORT_UNREACHABLE)
