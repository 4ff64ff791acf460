"""Packets as typed headers: the fields that a kernel reads, with lengths for accounting. A change makes another packet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple
from zlib import crc32

IP_HEADER = 20
VXLAN_OVERHEAD = 50
VXLAN_PORT = 8472
ETHERNET_HEADER = 14
ICMP_QUOTE_MAX = 576
ECHO_REQUEST, ECHO_REPLY = (8, 0), (0, 0)
LENGTHS = {"TCP": 60, "UDP": 29, "ICMP": 84}
RESET_LENGTH = 40


class Flow(NamedTuple):
    """The five values that name one direction of a connection. An ICMP echo keeps its id in the port of the asking side."""

    protocol: str
    source: str
    sport: int
    target: str
    dport: int

    def inverse(self) -> Flow:
        """The other direction."""
        return Flow(self.protocol, self.target, self.dport, self.source, self.sport)


@dataclass(frozen=True, slots=True)
class Frame:
    """An Ethernet frame: MAC addresses around a packet."""

    source: str
    target: str
    packet: Packet


@dataclass(frozen=True, slots=True)
class Packet:
    """An IPv4 packet. `length` counts from the IP header on. `quote` is what an ICMP error is about, `frame` what a VXLAN
    packet carries; `offset` is set in fragments, which point to the `whole`."""

    source: str
    target: str
    protocol: str
    sport: int = 0
    dport: int = 0
    ttl: int = 64
    length: int = 60
    df: bool = False
    flags: str = ""
    mss: int = 0
    icmp: tuple[int, int] | None = None
    quote: Packet | None = None
    frame: Frame | None = None
    vni: int = 0
    offset: int | None = None
    more: bool = False
    whole: Packet | None = None

    @property
    def flow(self) -> Flow:
        """The connection this packet belongs to, in its direction."""
        return Flow(self.protocol, self.source, self.sport, self.target, self.dport)

    @property
    def is_icmp_error(self) -> bool:
        """Whether this is an ICMP message about another packet."""
        return self.quote is not None

    def hopped(self) -> Packet:
        """The packet after a routed hop."""
        return replace(self, ttl=self.ttl - 1)


def request(
    source: str, target: str, protocol: str, port: int, sport: int, ttl: int = 64, length: int = 0, df: bool = True
) -> Packet:
    """The first packet of a conversation: a SYN, a datagram, or an echo request. `length` 0: that of the usual one."""
    length = length or LENGTHS[protocol]
    if protocol == "ICMP":
        return Packet(source, target, protocol, sport, 0, ttl, length, df, icmp=ECHO_REQUEST)
    flags = "S" if protocol == "TCP" else ""
    return Packet(source, target, protocol, sport, port, ttl, length, df, flags)


def answer(packet: Packet, open_port: bool, length: int = 36) -> Packet:
    """What a host sends back: SYN-ACK or RST, a datagram, an echo reply (which Linux sends without DF)."""
    back = Packet(packet.target, packet.source, packet.protocol, packet.dport, packet.sport, df=True)
    if packet.protocol == "ICMP":
        return replace(back, length=packet.length, df=False, icmp=ECHO_REPLY)
    if packet.protocol == "UDP":
        return replace(back, length=length)
    return replace(back, flags="SA") if open_port else replace(back, flags="RA", length=RESET_LENGTH)


def icmp_error(source: str, about: Packet, kind: tuple[int, int]) -> Packet:
    """An ICMP error that quotes a packet, at most 576 bytes of all."""
    length = min(IP_HEADER + 8 + about.length, ICMP_QUOTE_MAX)
    return Packet(source, about.source, "ICMP", length=length, icmp=kind, quote=about)


def encapsulate(frame: Frame, source: str, target: str, vni: int) -> Packet:
    """A frame in VXLAN: UDP from a port that is the hash of the inner flow, so that equal flows take equal paths."""
    inner = frame.packet
    sport = 32768 + crc32(repr(inner.flow).encode()) % 28232
    length = inner.length + VXLAN_OVERHEAD
    return Packet(source, target, "UDP", sport, VXLAN_PORT, 64, length, False, frame=frame, vni=vni)


def fragments(packet: Packet, mtu: int) -> list[Packet]:
    """The pieces of a packet that is larger than the MTU; payloads are multiples of 8 bytes, ports are in the first only."""
    room = (mtu - IP_HEADER) // 8 * 8
    payload = packet.length - IP_HEADER
    found = []
    for offset in range(0, payload, room):
        size = min(room, payload - offset)
        found.append(
            replace(packet, length=IP_HEADER + size, offset=offset, more=offset + size < payload, whole=packet)
        )
    return found
