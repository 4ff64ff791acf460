"""One step of a packet: place, rule, packet before and after, verdict, reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.dataplane.netfilter import Tried
from cluster_core.dataplane.packet import Frame, Packet

Shown = Frame | Packet


@dataclass(slots=True)
class Hop:
    """What happened to a packet at one place. `direction` is in or out where a device is passed, "" elsewhere.

    `step`: send, device, bridge, netfilter, routing, encapsulate, decapsulate, switch or deliver; `verdict`: forwarded,
    translated, encapsulated, decapsulated, delivered, dropped or rejected; `reason` a message id "packet.…".
    """

    netns: str
    device: str
    direction: str
    step: str
    before: Shown
    after: Shown
    verdict: str
    reason: str
    params: dict[str, Any] = field(default_factory=dict)
    chain: str = ""
    rule: str = ""
    tried: list[Tried] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """The whole walk: hops of the packet and of its answer, and how it ended (delivered, dropped or rejected)."""

    request: list[Hop]
    reply: list[Hop]
    result: str
    reason: str
    params: dict[str, Any]
    hits: dict[str, list[str]]
    accepted: dict[str, str]
