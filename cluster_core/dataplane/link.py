"""Links: who is a packet's next hop on a segment, and the way of a frame over a veth pair, a cable, the LAN switch."""

from __future__ import annotations

from cluster_core.dataplane.fabric import SWITCH
from cluster_core.dataplane.netns import Netns
from cluster_core.dataplane.packet import Frame
from cluster_core.dataplane.walk import Params, Walk


def resolve(walk: Walk, stack: Netns, device: str, address: str) -> str | None:
    """The MAC of a neighbour: an entry that a program made, or who answers ARP on that segment."""
    known = stack.neighbours.get((device, address))
    if known is not None:
        return known
    interface = stack.interfaces[device]
    if interface.kind == "vxlan":
        return None
    if interface.kind == "bridge":
        return next((port.mac for port in stack.ports.values() if port.address == address), None)
    peer = walk.fabric.peer(stack.name, device)
    if peer is None:
        return None
    if peer[0] == SWITCH:
        return walk.fabric.lan_owner(address)
    return _owner_behind(walk, peer, address)


def _owner_behind(walk: Walk, peer: tuple[str, str], address: str) -> str | None:
    """Who answers at the other end of a link: the device there, or its bridge, or another port of that bridge."""
    other = walk.fabric.netns(peer[0])
    entry = other.interfaces.get(peer[1]) if peer[1] not in other.ports else other.bridge()
    if entry is None:
        return None
    if any(own.partition("/")[0] == address for own in entry.addresses) or peer[1] not in other.ports:
        return entry.mac if other.is_local(address) else None
    return next((port.mac for port in other.ports.values() if port.address == address), None)


def cross(walk: Walk, stack: Netns, name: str, frame: Frame) -> None:
    """To the other end of a link. The switch stores and forwards, so a frame waits there for its turn."""
    peer = walk.fabric.peer(stack.name, name)
    if peer is None:
        walk.hop(stack.name, "device", frame, "dropped", "packet.no-link", device=name)
        return
    if peer[0] != SWITCH:
        arrive(walk, walk.fabric.netns(peer[0]), peer[1], frame)
        return
    if not walk.fabric.switch[peer[1]].up:
        walk.hop(SWITCH, "switch", frame, "dropped", "packet.port-down", device=peer[1], params={"port": peer[1]})
        return
    walk.hop(SWITCH, "switch", frame, "forwarded", "packet.at-switch", device=peer[1], direction="in")
    walk.on_switch.append((peer[1], frame))


def arrive(walk: Walk, stack: Netns, name: str, frame: Frame) -> None:
    """A frame comes in at a device or a bridge port of a stack."""
    if not walk.may_go_on:
        return
    port = stack.ports.get(name)
    if port is not None:
        walk.hop(stack.name, "device", frame, "forwarded", "packet.arrived", device=name, direction="in")
        walk.kernel.bridge(walk, stack, port, frame)
        return
    interface = stack.interfaces.get(name)
    if interface is None or not interface.up:
        walk.hop(stack.name, "device", frame, "dropped", "packet.device-down", device=name)
        return
    walk.hop(stack.name, "device", frame, "forwarded", "packet.arrived", device=name, direction="in")
    if frame.target != interface.mac:
        params: Params = {"mac": frame.target}
        walk.hop(stack.name, "device", frame, "dropped", "packet.not-for-us", device=name, params=params)
        return
    walk.kernel.receive(walk, stack, name, frame.packet)


def drain_switch(walk: Walk) -> None:
    """Forward what waits on the LAN switch: to the port behind which the MAC is, or to all others if it is unknown."""
    while walk.on_switch and walk.may_go_on:
        entry, frame = walk.on_switch.popleft()
        known = _port_of(walk, frame.target)
        if known is None:
            walk.hop(SWITCH, "switch", frame, "forwarded", "packet.flooded", params={"mac": frame.target})
        for name in [known] if known else list(walk.fabric.switch):
            port = walk.fabric.switch[name]
            if name != entry and port.up and _has_link(walk, name):
                walk.hop(SWITCH, "switch", frame, "forwarded", "packet.left-switch", device=name, direction="out")
                arrive(walk, walk.fabric.stacks[port.netns], port.device, frame)


def _port_of(walk: Walk, mac: str) -> str | None:
    """The switch's FDB: a port that went down has forgotten what was behind it."""
    for name, port in walk.fabric.switch.items():
        if port.up and _has_link(walk, name) and walk.fabric.stacks[port.netns].interfaces[port.device].mac == mac:
            return name
    return None


def _has_link(walk: Walk, name: str) -> bool:
    port = walk.fabric.switch[name]
    return walk.fabric.stacks[port.netns].interfaces[port.device].up
