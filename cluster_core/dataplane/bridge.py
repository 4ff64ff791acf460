"""The Linux bridge of a node with br_netfilter: bridged packets pass the IP hooks too, so DNAT works on them.

Upstream: the kernel's net/bridge, br_netfilter_hooks.c.
"""

from __future__ import annotations

from cluster_core.dataplane import hooks, icmp, link
from cluster_core.dataplane.netns import BridgePort, Interface, Netns
from cluster_core.dataplane.packet import Frame, fragments
from cluster_core.dataplane.walk import Skb, Walk


def receive(walk: Walk, stack: Netns, port: BridgePort, frame: Frame) -> None:
    """A frame from a pod: to the bridge itself (and so to the IP layer), or on to another port."""
    bridge = stack.bridge()
    if bridge is None or not port.up:
        walk.hop(stack.name, "bridge", frame, "dropped", "packet.device-down", device=port.name)
        return
    skb = Skb(frame.packet, stack, walk, in_device=bridge.name)
    filtered = bool(stack.sysctl("net.bridge.bridge-nf-call-iptables"))
    target = frame.target
    if filtered:
        if not hooks.defragment(skb) or hooks.run(skb, "PREROUTING") != "ACCEPT":
            return
        if skb.packet.target != frame.packet.target:
            target = _new_target(walk, stack, bridge, skb)
    frame = Frame(frame.source, target, skb.packet)
    if target == bridge.mac:
        walk.hop(stack.name, "bridge", frame, "forwarded", "packet.up-to-bridge", device=bridge.name, direction="in")
        walk.kernel.enter(skb, filtered)
    else:
        _forward(skb, bridge, port, frame, filtered)


def _new_target(walk: Walk, stack: Netns, bridge: Interface, skb: Skb) -> str:
    """After DNAT on a port: if the new target is on this bridge, its MAC (the packet stays bridged), else the bridge's own."""
    route = stack.route(skb.packet.target)
    if route is None or route.device != bridge.name or stack.is_local(skb.packet.target):
        return bridge.mac
    return link.resolve(walk, stack, bridge.name, route.via or skb.packet.target) or bridge.mac


def _forward(skb: Skb, bridge: Interface, port: BridgePort, frame: Frame, filtered: bool) -> None:
    """To another port: FORWARD and POSTROUTING run as for a routed packet, but the TTL stays."""
    out = _port_of(skb.stack, frame.target)
    if out is port and not port.hairpin:
        params = {"port": port.name}
        skb.walk.hop(skb.stack.name, "bridge", frame, "dropped", "packet.no-hairpin", device=bridge.name, params=params)
        return
    params = {"mac": frame.target, "port": out.name if out is not None else ""}
    reason = "packet.bridged" if out is not None else "packet.flooded"
    skb.walk.hop(skb.stack.name, "bridge", frame, "forwarded", reason, device=bridge.name, params=params)
    if filtered:
        skb.out_device = bridge.name
        if hooks.run(skb, "FORWARD") != "ACCEPT":
            icmp.answer_reject(skb)
            return
        if hooks.run(skb, "POSTROUTING") != "ACCEPT":
            return
    mtu = skb.refragment or bridge.mtu
    for piece in fragments(skb.packet, mtu) if skb.packet.length > mtu else [skb.packet]:
        deliver(skb.walk, skb.stack, Frame(frame.source, frame.target, piece), port.name)


def deliver(walk: Walk, stack: Netns, frame: Frame, from_port: str) -> None:
    """Out of the port behind which the MAC is, or out of all others."""
    known = _port_of(stack, frame.target)
    for port in [known] if known is not None else list(stack.ports.values()):
        if port.name == from_port and (known is None or not port.hairpin):
            continue
        if not port.up:
            walk.hop(stack.name, "bridge", frame, "dropped", "packet.device-down", device=port.name, direction="out")
            continue
        walk.hop(stack.name, "bridge", frame, "forwarded", "packet.left", device=port.name, direction="out")
        link.arrive(walk, walk.fabric.netns(port.netns), "eth0", frame)


def _port_of(stack: Netns, mac: str) -> BridgePort | None:
    """The bridge's FDB: the MAC of every pod was learned when it first spoke."""
    return next((port for port in stack.ports.values() if port.mac == mac), None)
