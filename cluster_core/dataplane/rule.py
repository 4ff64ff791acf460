"""One netfilter rule in iptables terms: what it matches, where it jumps, and the text that `iptables-save` prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from cluster_core.dataplane.address import inside
from cluster_core.dataplane.packet import Packet

PLAIN = re.compile(r"[A-Za-z0-9_-]+")
DRAW_SCALE = 1 << 31


class Context(Protocol):
    """What a rule can look at: the packet on its way through one stack."""

    packet: Packet
    in_device: str
    out_device: str
    mark: int

    @property
    def ct_states(self) -> tuple[str, ...]:
        """Conntrack's view of the packet: NEW, ESTABLISHED, RELATED, INVALID; DNAT or SNAT beside it."""

    def is_local(self, address: str) -> bool:
        """Whether an address belongs to this stack."""

    def draw(self) -> float:
        """A random number in [0, 1)."""

    def recently_seen(self, name: str) -> bool:
        """Whether the `recent` list holds the source address."""

    def remember(self, name: str) -> None:
        """Put the source address on a `recent` list."""


class Match(Protocol):
    """A condition beyond addresses, devices and protocol."""

    def text(self) -> str:
        """As `iptables-save` prints it."""

    def holds(self, context: Context) -> bool:
        """Whether the packet fulfils it."""


@dataclass(frozen=True, slots=True)
class Comment:
    """-m comment: no condition at all."""

    words: str

    def text(self) -> str:
        """Quoted unless it is plain."""
        words = self.words if PLAIN.fullmatch(self.words) else f'"{self.words}"'
        return f"-m comment --comment {words}"

    def holds(self, context: Context) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True)
class Port:
    """-m tcp --dport or -m udp --dport."""

    protocol: str
    number: int

    def text(self) -> str:
        """The destination port."""
        return f"-m {self.protocol} --dport {self.number}"

    def holds(self, context: Context) -> bool:
        """Whether the destination port is this one."""
        return context.packet.dport == self.number


@dataclass(frozen=True, slots=True)
class ProtocolModule:
    """-m tcp without a condition, as kube-proxy writes it before DNAT."""

    protocol: str

    def text(self) -> str:
        """The module alone."""
        return f"-m {self.protocol}"

    def holds(self, context: Context) -> bool:
        """Always: -p has decided."""
        return True


@dataclass(frozen=True, slots=True)
class Mark:
    """-m mark: bits that another rule set on the packet."""

    value: int
    mask: int
    negated: bool = False

    def text(self) -> str:
        """Value and mask in hex."""
        return f"-m mark {'! ' if self.negated else ''}--mark 0x{self.value:x}/0x{self.mask:x}"

    def holds(self, context: Context) -> bool:
        """Compare the masked mark."""
        return (context.mark & self.mask == self.value) != self.negated


@dataclass(frozen=True, slots=True)
class CtState:
    """-m conntrack --ctstate."""

    states: tuple[str, ...]
    negated: bool = False

    def text(self) -> str:
        """The states with commas."""
        return f"-m conntrack {'! ' if self.negated else ''}--ctstate {','.join(self.states)}"

    def holds(self, context: Context) -> bool:
        """Whether the connection is in one of the states."""
        return any(state in self.states for state in context.ct_states) != self.negated


@dataclass(frozen=True, slots=True)
class AddrType:
    """-m addrtype: an address of this machine. `side` is dst or src."""

    side: str

    def text(self) -> str:
        """Type LOCAL."""
        return f"-m addrtype --{self.side}-type LOCAL"

    def holds(self, context: Context) -> bool:
        """Whether the destination (source) is local."""
        return context.is_local(context.packet.target if self.side == "dst" else context.packet.source)


@dataclass(frozen=True, slots=True)
class Statistic:
    """-m statistic --mode random: a draw. The kernel keeps the probability as a multiple of 2⁻³¹."""

    probability: str

    @property
    def chance(self) -> float:
        """The probability that the kernel compares with."""
        return round(float(self.probability) * DRAW_SCALE) / DRAW_SCALE

    def text(self) -> str:
        """The probability as the kernel gives it back."""
        return f"-m statistic --mode random --probability {self.chance:.11f}"

    def holds(self, context: Context) -> bool:
        """Draw."""
        return context.draw() < self.chance


@dataclass(frozen=True, slots=True)
class RecentCheck:
    """-m recent --rcheck: the source was seen within some seconds."""

    name: str
    seconds: int

    def text(self) -> str:
        """With --reap."""
        return f"-m recent --rcheck --seconds {self.seconds} --reap --name {self.name} --mask 255.255.255.255 --rsource"

    def holds(self, context: Context) -> bool:
        """Whether the list holds the source."""
        return context.recently_seen(self.name)


@dataclass(frozen=True, slots=True)
class RecentSet:
    """-m recent --set: remember the source."""

    name: str

    def text(self) -> str:
        """The list's name."""
        return f"-m recent --set --name {self.name} --mask 255.255.255.255 --rsource"

    def holds(self, context: Context) -> bool:
        """Always, and the source is on the list from now on."""
        context.remember(self.name)
        return True


@dataclass(frozen=True, slots=True)
class Nfacct:
    """-m nfacct: counts; iptables prints two spaces."""

    name: str

    def text(self) -> str:
        """The counter's name."""
        return f"-m nfacct --nfacct-name  {self.name}"

    def holds(self, context: Context) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. Addresses are prefixes, negated by a leading "! "; `jump` is a chain or a target, `options` what follows it."""

    jump: str = ""
    source: str = ""
    target: str = ""
    in_device: str = ""
    out_device: str = ""
    protocol: str = ""
    matches: tuple[Match, ...] = field(default=())
    options: str = ""

    def text(self, chain: str) -> str:
        """The line that `iptables-save` prints."""
        parts = [f"-A {chain}"]
        for flag, value in (("-s", self.source), ("-d", self.target), ("-i", self.in_device), ("-o", self.out_device)):
            if value:
                parts.append(f"! {flag} {value[2:]}" if value.startswith("! ") else f"{flag} {value}")
        if self.protocol:
            parts.append(f"-p {self.protocol}")
        parts.extend(match.text() for match in self.matches)
        if self.jump:
            parts.append(f"-j {self.jump}")
        if self.options:
            parts.append(self.options)
        return " ".join(parts)

    def holds(self, context: Context) -> bool:
        """Whether a packet fulfils every condition, looked at in order."""
        packet = context.packet
        return (
            _address(self.source, packet.source)
            and _address(self.target, packet.target)
            and self.in_device in ("", context.in_device)
            and self.out_device in ("", context.out_device)
            and self.protocol in ("", packet.protocol.lower())
            and all(match.holds(context) for match in self.matches)
        )

    @property
    def chance(self) -> float:
        """The probability of a statistic match, 1 without one."""
        return next((match.chance for match in self.matches if isinstance(match, Statistic)), 1.0)


def _address(wanted: str, address: str) -> bool:
    if not wanted:
        return True
    if wanted.startswith("! "):
        return not inside(address, wanted[2:])
    return inside(address, wanted)
