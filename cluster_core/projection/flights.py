"""Messages on their way, as the letters that the architecture view draws."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Request, Response, WatchBatch
from cluster_core.projection import cards
from cluster_core.sim.trace import Flight

SHARED_WATCH = "-watch"
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
        "source": flight.source,
        "target": flight.target,
        "letter": letter,
        "label": label,
        "sent": flight.sent,
        "arrives": flight.arrives,
    }


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
