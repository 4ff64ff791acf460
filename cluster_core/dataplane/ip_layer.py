"""The IPv4 layer of a stack: local output, routing, forwarding, delivery. Upstream: the kernel's net/ipv4."""

from __future__ import annotations

from dataclasses import replace

from cluster_core.dataplane import device, hooks, icmp, link, vxlan
from cluster_core.dataplane.address import inside
from cluster_core.dataplane.conntrack import Tracked
from cluster_core.dataplane.netns import LOOPBACK, Netns, Route
from cluster_core.dataplane.packet import VXLAN_PORT, Packet
from cluster_core.dataplane.walk import Params, Skb, Walk

LOOPBACK_MSS = 65495


def output(walk: Walk, stack: Netns, packet: Packet, tracked: Tracked | None = None) -> None:
    """A program of this stack (or the kernel itself) sends a packet; an empty source address is chosen by the route."""
    chosen = _local_route(walk, stack, packet)
    if chosen is None:
        return
    out_device, source, mtu = chosen
    packet = replace(packet, source=packet.source or source)
    if packet.protocol == "TCP" and "S" in packet.flags:
        packet = replace(packet, mss=min(mtu - 40, LOOPBACK_MSS))
    if packet.df and packet.length > mtu:
        params: Params = {"length": packet.length, "mtu": mtu}
        walk.hop(stack.name, "send", packet, "rejected", "packet.too-long-to-send", params=params)
        return
    skb = Skb(packet, stack, walk, out_device=out_device, tracked=tracked)
    if packet.frame is None:
        params = {"source": packet.source, "target": packet.target, "protocol": packet.protocol, "port": packet.dport}
        walk.hop(stack.name, "send", packet, "forwarded", "packet.sent", params=params)
    if hooks.run(skb, "OUTPUT") != "ACCEPT":
        return
    if not _reroute(skb):
        return
    _leave(skb)


def _local_route(walk: Walk, stack: Netns, packet: Packet) -> tuple[str, str, int] | None:
    """(device, source address, MTU) for a packet that begins here."""
    if stack.is_local(packet.target):
        source = packet.target if not inside(packet.target, LOOPBACK) else "127.0.0.1"
        return "lo", source, stack.interfaces["lo"].mtu
    route = stack.route(packet.target)
    if route is None:
        params: Params = {"target": packet.target}
        walk.hop(stack.name, "routing", packet, "dropped", "packet.no-route", params=params)
        return None
    return route.device, stack.source_for(route), stack.interfaces[route.device].mtu


def _reroute(skb: Skb) -> bool:
    """After a translation in OUTPUT the route is looked up again."""
    target = skb.packet.target
    if skb.stack.is_local(target):
        skb.out_device = "lo"
        return True
    route = skb.stack.route(target)
    if route is None:
        _no_route(skb)
        return False
    skb.out_device = route.device
    return True


def _leave(skb: Skb) -> None:
    """POSTROUTING, then the device."""
    if hooks.run(skb, "POSTROUTING") != "ACCEPT":
        return
    if skb.out_device == "lo":
        _loop(skb)
        return
    route = skb.stack.route(skb.packet.target)
    if route is None:
        _no_route(skb)
        return
    _note_route(skb, route)
    device.transmit(skb, route)


def _note_route(skb: Skb, route: Route) -> None:
    params: Params = {"target": skb.packet.target, "device": route.device, "via": route.via}
    reason = "packet.routed" if route.via else "packet.routed-on-link"
    skb.walk.hop(skb.stack.name, "routing", skb.packet, "forwarded", reason, rule=route.text(), params=params)


def _loop(skb: Skb) -> None:
    """Through lo, back into the same stack. Conntrack keeps the packet's connection."""
    skb.walk.hop(skb.stack.name, "device", skb.packet, "forwarded", "packet.on-loopback", device="lo", direction="in")
    skb.in_device, skb.out_device = "lo", ""
    enter(skb)


def receive(walk: Walk, stack: Netns, in_device: str, packet: Packet) -> None:
    """A packet comes up from a device."""
    enter(Skb(packet, stack, walk, in_device=in_device))


def enter(skb: Skb, prerouted: bool = False) -> None:
    """PREROUTING and the routing decision: for this stack, or to be forwarded."""
    if not skb.walk.may_go_on:
        return
    if not prerouted and (not hooks.defragment(skb) or hooks.run(skb, "PREROUTING") != "ACCEPT"):
        return
    if skb.stack.is_local(skb.packet.target):
        _martian_or_deliver(skb)
    else:
        forward(skb)


def _martian_or_deliver(skb: Skb) -> None:
    looped = skb.in_device == "lo" or skb.stack.sysctl("net.ipv4.conf.all.route_localnet")
    if inside(skb.packet.target, LOOPBACK) and not looped:
        skb.walk.hop(skb.stack.name, "routing", skb.packet, "dropped", "packet.martian")
        return
    if hooks.run(skb, "INPUT") == "ACCEPT":
        _deliver(skb)
    else:
        icmp.answer_reject(skb)


def forward(skb: Skb) -> None:
    """Route a packet that is for somebody else."""
    route = skb.stack.route(skb.packet.target)
    if not skb.stack.sysctl("net.ipv4.ip_forward"):
        skb.walk.hop(skb.stack.name, "routing", skb.packet, "dropped", "packet.forwarding-off")
        return
    if route is None:
        _no_route(skb)
        return
    if skb.packet.ttl <= 1:
        skb.walk.hop(skb.stack.name, "routing", skb.packet, "dropped", "packet.ttl-exceeded")
        icmp.error(skb, icmp.TIME_EXCEEDED)
        return
    mtu = skb.stack.interfaces[route.device].mtu
    if skb.packet.df and skb.packet.length > mtu:
        params: Params = {"length": skb.packet.length, "mtu": mtu, "device": route.device}
        skb.walk.hop(skb.stack.name, "routing", skb.packet, "dropped", "packet.fragmentation-needed", params=params)
        icmp.error(skb, icmp.FRAGMENTATION_NEEDED)
        return
    before, skb.packet = skb.packet, skb.packet.hopped()
    params = {"target": before.target, "device": route.device, "via": route.via, "ttl": skb.packet.ttl}
    reason = "packet.forwarded" if route.via else "packet.forwarded-on-link"
    skb.walk.hop(
        skb.stack.name, "routing", before, "forwarded", reason, after=skb.packet, rule=route.text(), params=params
    )
    skb.out_device = route.device
    if hooks.run(skb, "FORWARD") != "ACCEPT":
        icmp.answer_reject(skb)
    elif hooks.run(skb, "POSTROUTING") == "ACCEPT":
        device.transmit(skb, route)


def _deliver(skb: Skb) -> None:
    """To the socket, or to the VXLAN device."""
    packet = skb.packet
    if packet.frame is not None and packet.dport == VXLAN_PORT:
        inner = vxlan.decapsulate(skb)
        if inner is not None:
            link.arrive(skb.walk, skb.stack, inner[0], inner[1])
        return
    skb.walk.arrived.append((skb.stack.name, packet))


def _no_route(skb: Skb) -> None:
    skb.walk.hop(
        skb.stack.name, "routing", skb.packet, "dropped", "packet.no-route", params={"target": skb.packet.target}
    )
    icmp.error(skb, icmp.NET_UNREACHABLE)
