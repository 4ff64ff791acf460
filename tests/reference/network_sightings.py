"""Hops of the tracer in the form of the recorded sightings, and the flows as packets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cluster_core.dataplane.fabric import SWITCH
from cluster_core.dataplane.hop import Hop
from cluster_core.dataplane.lan import INTERNET_CLIENT
from cluster_core.dataplane.packet import Frame, Packet, request

NAMES = {"router": "rt", "internet": "inet", "lan-client": "cl"}


def short(netns: str) -> str:
    """The recording's name of a namespace."""
    if netns.startswith("pod/"):
        return netns.removeprefix("pod/")
    return NAMES.get(netns, netns.replace("node", "n"))


def long(name: str) -> str:
    """The simulator's name of a recorded namespace."""
    known = {value: key for key, value in NAMES.items()}
    if name in known:
        return known[name]
    return name.replace("n", "node") if name.startswith("n") else f"pod/{name}"


def sightings(hops: list[Hop], client_port: int) -> list[dict[str, Any]]:
    """What a packet capture at every interface would have seen."""
    return [_sighting(hop, client_port) for hop in hops if hop.device and hop.direction]


def _sighting(hop: Hop, client_port: int) -> dict[str, Any]:
    shown = hop.after
    place = f"lan/p-{short(hop.device)}" if hop.netns == SWITCH else f"{short(hop.netns)}/{hop.device}"
    found: dict[str, Any] = {"at": f"{place}/{hop.direction}"}
    frame = shown if isinstance(shown, Frame) else None
    packet = frame.packet if frame is not None else shown
    assert isinstance(packet, Packet)
    if packet.frame is not None:
        found["outer"] = _outer(packet)
        found["inner_eth"] = f"{packet.frame.source}>{packet.frame.target}"
        packet = packet.frame.packet
    if frame is not None:
        found["eth"] = f"{frame.source}>{frame.target}"
    return found | _headers(packet, client_port)


def _outer(packet: Packet) -> str:
    return (
        f"{packet.source}>{packet.target} udp *>{packet.dport} ttl{packet.ttl} len{packet.length} "
        f"df{int(packet.df)} csum-set vni{packet.vni} flags0x08"
    )


def _headers(packet: Packet, client_port: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ip": f"{packet.source}>{packet.target}",
        "ttl": packet.ttl,
        "len": packet.length,
    }
    if packet.df:
        found["df"] = True
    if packet.offset is not None:
        found["frag"] = f"{packet.offset}{'+' if packet.more else ''}"
    if packet.icmp is not None:
        found["icmp"] = f"{packet.icmp[0]}/{packet.icmp[1]}"
    elif not packet.offset:
        found["ports"] = f"{port(packet.sport, client_port)}>{port(packet.dport, client_port)}"
    if packet.flags:
        found |= {"flags": packet.flags, "mss": packet.mss}
    if packet.quote is not None:
        found["about"] = _about(packet.quote, client_port)
    return found


def _about(quote: Packet, client_port: int) -> str:
    text = f"{quote.source}>{quote.target} ttl{quote.ttl}"
    if quote.protocol == "ICMP":
        return text
    return f"{text} {port(quote.sport, client_port)}>{port(quote.dport, client_port)}"


def port(number: int, client_port: int) -> str:
    """C for the client's own port, * for one that was drawn."""
    if number == client_port:
        return "C"
    known = (80, 443, 8080, 8081, 8083, 53, 9090, 9153, 6443)
    return str(number) if number in known or 30000 <= number < 32768 else "*"


def first_packet(flow: dict[str, Any], client_port: int) -> Packet:
    """The packet that the recorded client sent; length, DF and TTL are those of its first sighting."""
    target, _, target_port = flow["target"].partition(":")
    seen = (flow.get("request") or [{}])[0]
    source = INTERNET_CLIENT if flow["from"] == "inet" else ""
    if not target_port:
        sent = request(source, target, "ICMP", 0, client_port)
    else:
        protocol = "TCP" if seen.get("flags") else "UDP"
        sent = request(source, target, protocol, int(target_port), client_port)
    if not seen:
        return replace(sent, length=1451)
    return replace(sent, ttl=seen["ttl"], length=seen["len"], df=bool(seen.get("df")))


def reply_length(flow: dict[str, Any]) -> int:
    """How long the recorded server's answer was."""
    replies = flow.get("reply") or [{}]
    return int(replies[0].get("len", 36))
