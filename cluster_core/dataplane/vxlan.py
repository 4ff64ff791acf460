"""The VXLAN device: Ethernet frames in UDP between the nodes. Upstream: the kernel's drivers/net/vxlan, RFC 7348."""

from __future__ import annotations

from cluster_core.dataplane.netns import Netns
from cluster_core.dataplane.packet import Frame, Packet, encapsulate
from cluster_core.dataplane.walk import Params, Skb, Walk


def encapsulated(walk: Walk, stack: Netns, name: str, frame: Frame) -> Packet | None:
    """The outer packet for a frame that leaves by a VXLAN device; None if no FDB entry says where the MAC is."""
    interface = stack.interfaces[name]
    remote = stack.fdb.get((name, frame.target))
    if remote is None:
        params: Params = {"mac": frame.target, "device": name}
        walk.hop(stack.name, "encapsulate", frame, "dropped", "packet.no-fdb-entry", device=name, params=params)
        return None
    outer = encapsulate(frame, interface.local, remote, interface.vni)
    rule = f"{frame.target} dev {name} dst {remote}"
    params = {"remote": remote, "vni": interface.vni, "length": outer.length}
    walk.hop(
        stack.name,
        "encapsulate",
        frame,
        "encapsulated",
        "packet.encapsulated",
        after=outer,
        device=name,
        rule=rule,
        params=params,
    )
    return outer


def decapsulate(skb: Skb) -> tuple[str, Frame] | None:
    """The frame inside, and the device it comes in at; None if no VXLAN device has this VNI."""
    packet = skb.packet
    assert packet.frame is not None
    for interface in skb.stack.interfaces.values():
        if interface.kind == "vxlan" and interface.vni == packet.vni and interface.up:
            skb.walk.hop(
                skb.stack.name,
                "decapsulate",
                packet,
                "decapsulated",
                "packet.decapsulated",
                after=packet.frame,
                device=interface.name,
                params={"vni": packet.vni, "remote": packet.source},
            )
            return interface.name, packet.frame
    skb.walk.hop(skb.stack.name, "decapsulate", packet, "dropped", "packet.no-vxlan", params={"vni": packet.vni})
    return None
