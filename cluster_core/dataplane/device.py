"""The devices of a stack: a packet leaves by a NIC, a veth, the bridge or the VXLAN device."""

from __future__ import annotations

from cluster_core.dataplane import bridge, icmp, link, vxlan
from cluster_core.dataplane.netns import Netns, Route
from cluster_core.dataplane.packet import Frame, fragments
from cluster_core.dataplane.walk import Params, Skb, Walk


def transmit(skb: Skb, route: Route) -> None:
    """Find the next hop's MAC, fragment where the MTU asks for it, and hand the frames to the device."""
    stack, out = skb.stack, skb.stack.interfaces[route.device]
    next_hop = route.via or skb.packet.target
    mac = link.resolve(skb.walk, stack, route.device, next_hop)
    if mac is None:
        params: Params = {"address": next_hop, "device": route.device}
        skb.walk.hop(stack.name, "routing", skb.packet, "dropped", "packet.no-neighbour", params=params)
        icmp.error(skb, icmp.HOST_UNREACHABLE)
        return
    mtu = min(out.mtu, skb.refragment or out.mtu)
    pieces = fragments(skb.packet, mtu) if skb.packet.length > mtu else [skb.packet]
    if len(pieces) > 1:
        params = {"length": skb.packet.length, "mtu": mtu, "pieces": len(pieces), "device": route.device}
        skb.walk.hop(stack.name, "device", skb.packet, "forwarded", "packet.fragmented", params=params)
    for piece in pieces:
        _send(skb.walk, stack, route.device, Frame(out.mac, mac, piece))


def _send(walk: Walk, stack: Netns, name: str, frame: Frame) -> None:
    """One frame out of a device of this stack."""
    interface = stack.interfaces[name]
    if not interface.up:
        walk.hop(stack.name, "device", frame, "dropped", "packet.device-down", device=name, direction="out")
        return
    walk.hop(stack.name, "device", frame, "forwarded", "packet.left", device=name, direction="out")
    if interface.kind == "bridge":
        bridge.deliver(walk, stack, frame, from_port="")
    elif interface.kind == "vxlan":
        _encapsulate(walk, stack, name, frame)
    else:
        link.cross(walk, stack, name, frame)


def _encapsulate(walk: Walk, stack: Netns, name: str, frame: Frame) -> None:
    outer = vxlan.encapsulated(walk, stack, name, frame)
    if outer is not None:
        walk.kernel.output(walk, stack, outer)
