"""The tracer: follows a packet and its answer through the state of the fabric, and through nothing else."""

from __future__ import annotations

from typing import Any

from cluster_core.dataplane import bridge, icmp, ip_layer, link
from cluster_core.dataplane.fabric import Fabric, Sockets
from cluster_core.dataplane.hop import Hop, Trace
from cluster_core.dataplane.netns import BridgePort, Netns
from cluster_core.dataplane.packet import Frame, Packet, answer, icmp_error
from cluster_core.dataplane.walk import Draws, Skb, Walk

REFUSALS = {
    (3, 0): "packet.network-unreachable",
    (3, 1): "packet.host-unreachable",
    (3, 3): "packet.port-unreachable",
    (3, 4): "packet.message-too-long",
    (11, 0): "packet.time-exceeded",
}


class LinuxKernel:
    """Connects the layers: `link` and `bridge` hand packets up to `ip_layer`."""

    def bridge(self, walk: Walk, stack: Netns, port: BridgePort, frame: Frame) -> None:
        """br_handle_frame."""
        bridge.receive(walk, stack, port, frame)

    def receive(self, walk: Walk, stack: Netns, device: str, packet: Packet) -> None:
        """ip_rcv."""
        ip_layer.receive(walk, stack, device, packet)

    def enter(self, skb: Skb, prerouted: bool) -> None:
        """br_pass_frame_up."""
        ip_layer.enter(skb, prerouted)

    def output(self, walk: Walk, stack: Netns, packet: Packet) -> None:
        """ip_local_out."""
        ip_layer.output(walk, stack, packet)


def trace(
    packet: Packet, fabric: Fabric, netns: str, draws: Draws, sockets: Sockets, hops_max: int, reply_length: int = 36
) -> Trace:
    """Send `packet` from a namespace. An empty source address is chosen by its route.

    The fabric does not change: conntrack entries and `recent` lists live as long as the walk.
    """
    walk = Walk(fabric, draws, sockets, hops_max, LinuxKernel())
    ip_layer.output(walk, fabric.netns(netns), packet)
    link.drain_switch(walk)
    sent = next((hop.after for hop in walk.hops if hop.step == "send" and hop.verdict == "forwarded"), None)
    arrived, request = walk.arrived, _take(walk)
    accepted = {place: f"{one.source}:{one.sport}" for place, one in arrived}
    if arrived:
        _answer(walk, arrived[0], request, reply_length)
    else:
        _send_errors(walk)
    link.drain_switch(walk)
    reply = walk.hops
    result, reason, params = _outcome(walk, netns, sent, request, reply, bool(arrived))
    hits = {place: list(rules) for place, rules in walk.hits.items()}
    return Trace(request, reply, result, reason, params, hits, accepted)


def _take(walk: Walk) -> list[Hop]:
    """The hops so far; what is still under way when the limit is reached is given up."""
    hops, walk.hops, walk.arrived = walk.hops, [], []
    walk.on_switch.clear()
    walk.exhausted = False
    return hops


def _answer(walk: Walk, arrival: tuple[str, Packet], request: list[Hop], reply_length: int) -> None:
    """The stack that got the packet answers: a listener, or the kernel for a port that nobody has open."""
    place, packet = arrival
    stack = walk.fabric.netns(place)
    listener = "kernel" if packet.protocol == "ICMP" else walk.sockets.listener(place, packet.protocol, packet.dport)
    params: dict[str, Any] = {"listener": listener, "port": packet.dport, "protocol": packet.protocol}
    known = packet.protocol == "ICMP" and not packet.is_icmp_error
    verdict, reason = "delivered", "packet.echo-answered" if known else "packet.delivered"
    if not listener:
        verdict, reason = "rejected", "packet.nobody-listens"
    request.append(
        Hop(place, "", "", "deliver", packet, packet, verdict, reason, params),
    )
    if not listener and packet.protocol == "UDP":
        source = packet.target
        ip_layer.output(walk, stack, icmp_error(source, packet, icmp.PORT_UNREACHABLE))
        return
    ip_layer.output(walk, stack, answer(packet, bool(listener), reply_length))


def _send_errors(walk: Walk) -> None:
    """The first ICMP error that a stack owes. It is never answered by another."""
    if walk.errors:
        stack, packet, tracked = walk.errors[0]
        ip_layer.output(walk, stack, packet, tracked)


def _outcome(
    walk: Walk, netns: str, sent: Any, request: list[Hop], reply: list[Hop], arrived: bool
) -> tuple[str, str, dict[str, Any]]:
    """How it ended, seen by the program that sent the packet."""
    back = next((packet for place, packet in walk.arrived if place == netns), None)
    if back is not None and sent is not None:
        return _seen(walk, netns, sent, back, reply)
    refused = next((hop for hop in request if hop.verdict == "rejected" and hop.step == "send"), None)
    if refused is not None:
        return "rejected", refused.reason, refused.params
    lost = _last_lost(reply if arrived and reply else request)
    if lost is None:
        return "dropped", "packet.lost", {}
    params = {**lost.params, "at": lost.netns}
    return "dropped", "packet.answer-lost" if arrived and reply else lost.reason, params


def _seen(walk: Walk, netns: str, sent: Packet, back: Packet, reply: list[Hop]) -> tuple[str, str, dict[str, Any]]:
    result: tuple[str, str, dict[str, Any]]
    if back.quote is not None:
        result = ("rejected", REFUSALS.get(back.icmp or (0, 0), "packet.unreachable"), {"from": back.source})
    elif back.flow != sent.flow.inverse():
        result = ("rejected", "packet.answer-unexpected", {"from": back.source, "expected": sent.target})
    elif "R" in back.flags:
        result = ("rejected", "packet.connection-refused", {"from": back.source, "port": back.sport})
    else:
        result = ("delivered", "packet.answered", {"from": back.source})
    verdict = "delivered" if result[0] == "delivered" else "rejected"
    reply.append(Hop(netns, "", "", "deliver", back, back, verdict, result[1], dict(result[2])))
    return result


def _last_lost(hops: list[Hop]) -> Hop | None:
    """The hop where the packet was lost. A frame that was flooded in vain was lost at the switch, not at the strangers."""
    lost = [hop for hop in hops if hop.verdict in ("dropped", "rejected")]
    meant = [hop for hop in lost if hop.reason != "packet.not-for-us"]
    flooded = [hop for hop in hops if hop.reason == "packet.flooded"]
    found = meant or flooded or lost
    return found[-1] if found else None
