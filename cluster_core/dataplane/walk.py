"""The state of one walk: hops so far, conntrack of every stack it has met, fragments that wait, frames on the switch."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from cluster_core.dataplane.conntrack import Conntrack, Tracked
from cluster_core.dataplane.fabric import Fabric, Sockets
from cluster_core.dataplane.hop import Hop, Shown
from cluster_core.dataplane.netfilter import Tried
from cluster_core.dataplane.netns import BridgePort, Netns
from cluster_core.dataplane.packet import Frame, Packet

Params = dict[str, Any]


class Draws(Protocol):
    """A source of random numbers, handed in: the data plane has none of its own."""

    def random(self) -> float:
        """In [0, 1)."""

    def randint(self, a: int, b: int) -> int:
        """Between both, inclusive."""


class Kernel(Protocol):
    """How the layers reach each other upwards, as protocol handlers are registered in a kernel. See `tracer`."""

    def bridge(self, walk: Walk, stack: Netns, port: BridgePort, frame: Frame) -> None:
        """A frame came in at a bridge port."""

    def receive(self, walk: Walk, stack: Netns, device: str, packet: Packet) -> None:
        """A packet came in at a device."""

    def enter(self, skb: Skb, prerouted: bool) -> None:
        """A packet came up from the bridge, which may have run PREROUTING already."""

    def output(self, walk: Walk, stack: Netns, packet: Packet) -> None:
        """The kernel itself sends a packet: the outer one of a tunnel."""


@dataclass(slots=True)
class Skb:
    """A packet inside one stack, with what the kernel keeps beside it. It is also the context that rules look at."""

    packet: Packet
    stack: Netns
    walk: Walk
    in_device: str = ""
    out_device: str = ""
    mark: int = 0
    tracked: Tracked | None = None
    last_draw: float | None = None
    refragment: int = 0

    @property
    def ct_states(self) -> tuple[str, ...]:
        """What conntrack says."""
        return self.tracked.states if self.tracked is not None else ("NEW",)

    def is_local(self, address: str) -> bool:
        """Whether an address belongs to this stack."""
        return self.stack.is_local(address)

    def draw(self) -> float:
        """Draw, and remember it for the reader."""
        self.last_draw = self.walk.draws.random()
        return self.last_draw

    def recently_seen(self, name: str) -> bool:
        """Whether this walk has put the source on a `recent` list. Real Linux keeps the lists between connections."""
        return (self.stack.name, name, self.packet.source) in self.walk.recent

    def remember(self, name: str) -> None:
        """Put the source on a `recent` list."""
        self.walk.recent[(self.stack.name, name, self.packet.source)] = None


@dataclass(slots=True)
class Walk:
    """Everything a walk has collected. `arrived` are packets that were delivered to a socket: (namespace, packet)."""

    fabric: Fabric
    draws: Draws
    sockets: Sockets
    hops_max: int
    kernel: Kernel
    hops: list[Hop] = field(default_factory=list)
    conntracks: dict[str, Conntrack] = field(default_factory=dict)
    recent: dict[tuple[str, str, str], None] = field(default_factory=dict)
    waiting: dict[str, list[Packet]] = field(default_factory=dict)
    on_switch: deque[tuple[str, Frame]] = field(default_factory=deque)
    arrived: list[tuple[str, Packet]] = field(default_factory=list)
    errors: list[tuple[Netns, Packet, Tracked | None]] = field(default_factory=list)
    hits: dict[str, dict[str, None]] = field(default_factory=dict)
    exhausted: bool = False

    def conntrack(self, netns: str) -> Conntrack:
        """The connections of a stack."""
        return self.conntracks.setdefault(netns, Conntrack())

    def hop(self, netns: str, step: str, before: Shown, verdict: str, reason: str, **more: Any) -> Hop:
        """Note a step. `after` defaults to `before`; the device is one of the reason's parameters."""
        given = {"device": "", "direction": "", "after": before, **more}
        if given["device"]:
            given["params"] = {"device": given["device"], **given.get("params", {})}
        found = Hop(netns=netns, step=step, before=before, verdict=verdict, reason=reason, **given)
        self.hops.append(found)
        return found

    @property
    def may_go_on(self) -> bool:
        """False once the hop limit of one direction is reached; that is noted once, as a drop."""
        if len(self.hops) < self.hops_max:
            return True
        if not self.exhausted:
            self.exhausted = True
            last = self.hops[-1]
            self.hop(
                last.netns, "routing", last.after, "dropped", "packet.too-many-hops", params={"limit": self.hops_max}
            )
        return False

    def hit(self, place: str, tried: list[Tried]) -> None:
        """Rules whose counters go up."""
        known = self.hits.setdefault(place, {})
        for rule in tried:
            if rule.taken:
                known[rule.text] = None
