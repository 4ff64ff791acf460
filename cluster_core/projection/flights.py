"""Messages on their way, as the letters that the architecture view draws."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Request, Response, WatchBatch
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.leases import holder_process, renewing, shown
from cluster_core.projection import cards
from cluster_core.projection.source import Source
from cluster_core.sim.links import LOCAL_US
from cluster_core.sim.trace import Flight

SHARED_WATCH = "-watch"
# Programs on users' machines have one box.
DRAWN_AT = {"clients": "kubectl"}
LETTERS = {
    "create": "C",
    "update": "U",
    "patch": "P",
    "delete": "D",
    "deletecollection": "D",
    "get": "G",
    "list": "L",
    "watch": "W",
}


def flight_card(flight: Flight) -> cards.Flight | None:
    """The dot for a message, or None for one that is not drawn: a shared watch stands for those of its readers."""
    if flight.target.endswith(SHARED_WATCH):
        return None
    described = _describe(flight.message)
    if described is None:
        return None
    letter, label = described
    return {
        "number": flight.number,
        "source": DRAWN_AT.get(flight.source, flight.source),
        "target": DRAWN_AT.get(flight.target, flight.target),
        "letter": letter,
        "label": label,
        "sent": flight.sent,
        "arrives": flight.arrives,
    }


def renewals(source: Source, after: int) -> list[cards.Flight]:
    """The last renewal of each Lease after a time (µs) up to now.

    Renewals are derived, as what the API shows of them is (`apiserver/leases.py`): no event stands behind such a dot, so
    its number is 0.
    """
    found: list[cards.Flight] = []
    for lease in source.objects("leases.coordination.k8s.io").values():
        if not renewing(lease):
            continue
        at = parse(shown(lease, source.sim.now)["spec"]["renewTime"])
        if at <= after:
            continue
        holder = holder_process(lease)
        found.append(
            {
                "number": 0,
                "source": holder,
                "target": "apiserver",
                "letter": "U",
                "label": f"leases.coordination.k8s.io/{lease['metadata']['name']}",
                "sent": at,
                "arrives": at + _delay(source, holder, "apiserver"),
            }
        )
    return sorted(found, key=lambda card: (card["sent"], card["source"]))


def _delay(source: Source, sender: str, receiver: str) -> int:
    """One-way delay between two processes as it has been drawn; asking draws nothing."""
    hosts = sorted(source.sim.processes[name].host for name in (sender, receiver))
    return source.sim.links.latencies.get((hosts[0], hosts[1]), LOCAL_US)


def _describe(message: Any) -> tuple[str, str] | None:
    if isinstance(message, Request):
        name = message.name or (message.body or {}).get("metadata", {}).get("name", "")
        path = "/".join(part for part in (message.resource, name, message.subresource) if part)
        return LETTERS[message.verb], path
    if isinstance(message, WatchBatch):
        kind, obj = message.events[0]
        more = f" +{len(message.events) - 1}" if len(message.events) > 1 else ""
        return "W", f"{kind} {obj['kind']} {obj['metadata']['name']}{more}"
    if isinstance(message, Response):
        return None
    letter = getattr(message, "letter", None)
    return (letter, message.label()) if letter is not None else None
