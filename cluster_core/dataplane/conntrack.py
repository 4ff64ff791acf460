"""Connection tracking of one stack: which connection a packet belongs to, and the address translation that it carries.

NAT tables see only the first packet of a connection; what they decided is kept here and applied to the rest, and undone for
the replies. Upstream: the kernel's nf_conntrack and nf_nat.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cluster_core.dataplane.packet import Flow, Packet

SOURCE, TARGET = "source", "target"


@dataclass(slots=True, eq=False)
class Conn:
    """A connection: the flow as it came (`original`) and the flow that its answers will have (`reply`)."""

    original: Flow
    reply: Flow
    translated: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    replied: bool = False


@dataclass(slots=True)
class Tracked:
    """What conntrack says of a packet. `state`: NEW, ESTABLISHED, RELATED or INVALID; `reply`: it goes the other way."""

    conn: Conn | None
    state: str
    reply: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        """The state, and DNAT or SNAT where the connection is translated."""
        found = [self.state]
        if self.conn is not None:
            found += [name for side, name in ((TARGET, "DNAT"), (SOURCE, "SNAT")) if side in self.conn.translated]
        return tuple(found)


@dataclass(slots=True)
class Conntrack:
    """The connections of one stack by both their flows. A probe begins with none and keeps none."""

    flows: dict[Flow, tuple[Conn, bool]] = field(default_factory=dict)

    def track(self, packet: Packet) -> Tracked:
        """Find the connection of a packet, or begin one."""
        if packet.quote is not None:
            return self._related(packet.quote)
        known = self.flows.get(packet.flow)
        if known is not None:
            conn, reply = known
            conn.replied = conn.replied or reply
            return Tracked(conn, "ESTABLISHED" if conn.replied else "NEW", reply)
        if not _may_begin(packet):
            return Tracked(None, "INVALID")
        conn = Conn(packet.flow, packet.flow.inverse())
        self.flows[conn.original] = (conn, False)
        self.flows[conn.reply] = (conn, True)
        return Tracked(conn, "NEW")

    def translate(self, conn: Conn, side: str, address: str, port: int) -> None:
        """Decide a translation for a new connection: its target (DNAT) or its source (SNAT) becomes address:port."""
        self.flows.pop(conn.reply, None)
        if side == TARGET:
            conn.reply = conn.reply._replace(source=address, sport=port)
        else:
            conn.reply = conn.reply._replace(target=address, dport=port)
        conn.translated.add(side)
        self.flows[conn.reply] = (conn, True)

    def _related(self, quote: Packet) -> Tracked:
        """An ICMP error belongs to the connection of the packet it quotes, and goes against that packet."""
        known = self.flows.get(quote.flow) or self.flows.get(quote.flow.inverse())
        if known is None:
            return Tracked(None, "INVALID")
        conn, _ = known
        against_original = quote.flow == conn.original or quote.flow == conn.reply.inverse()
        return Tracked(conn, "RELATED", reply=against_original)


def apply(packet: Packet, tracked: Tracked, side: str) -> Packet:
    """The packet with the connection's translation of one side, in the packet's direction."""
    conn = tracked.conn
    if conn is None:
        return packet
    if packet.quote is not None:
        return _apply_to_error(packet, packet.quote, conn, tracked.reply, side)
    other = TARGET if side == SOURCE else SOURCE
    if (other if tracked.reply else side) not in conn.translated:
        return packet
    wanted = (conn.original if tracked.reply else conn.reply).inverse()
    if side == TARGET:
        return replace(packet, target=wanted.target, dport=wanted.dport)
    return replace(packet, source=wanted.source, sport=wanted.sport)


def _apply_to_error(packet: Packet, quote: Packet, conn: Conn, reply: bool, side: str) -> Packet:
    """ICMP errors: the quoted packet is turned back to what its sender sent, and the outer header follows."""
    other = TARGET if side == SOURCE else SOURCE
    if (other if reply else side) not in conn.translated:
        return packet
    sent = conn.original if reply else conn.reply.inverse()
    if side == TARGET:
        return replace(packet, target=sent.source, quote=replace(quote, source=sent.source, sport=sent.sport))
    return replace(packet, source=sent.target, quote=replace(quote, target=sent.target, dport=sent.dport))


def _may_begin(packet: Packet) -> bool:
    """A connection begins with a SYN, a datagram or an echo request; an answer to nothing is INVALID."""
    if packet.protocol == "TCP":
        return packet.flags == "S"
    return packet.icmp is None or packet.icmp[0] == 8
