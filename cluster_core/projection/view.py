"""The keyframe of a moment and the deltas between moments.

A `Projector` remembers the cards it gave out; a card is computed again only when the stored object is another one (objects
are immutable, so identity tells).
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.projection.cards import Keyframe, TraceCard
from cluster_core.projection.components import component_cards
from cluster_core.projection.flights import flight_card
from cluster_core.projection.nodes import node_card, service_card
from cluster_core.projection.pods import Stages, pod_card
from cluster_core.projection.source import Source
from cluster_core.projection.workloads import WORKLOADS, workload_card
from cluster_core.sim.trace import Trace, TraceEntry

MAPS = ("components", "nodes", "pods", "workloads", "services", "counts")


class Projector:
    """View models of one run for all its viewers. `update` brings it to a moment; `take_delta` tells what changed."""

    def __init__(self) -> None:
        self.cards: dict[str, dict[str, Any]] = {name: {} for name in MAPS}
        self._seen: dict[str, tuple[Any, ...]] = {}
        self._stages = Stages()
        self._entries_read = 0

    def update(self, source: Source, trace: Trace) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
        """Bring the cards to the source's moment; returns (changed cards by map, removed keys by map)."""
        self._read_trace(trace, source.sim.number)
        fresh = self._all_cards(source)
        changed: dict[str, dict[str, Any]] = {}
        removed: dict[str, list[str]] = {}
        for name in MAPS:
            old, new = self.cards[name], fresh[name]
            different = {key: card for key, card in new.items() if old.get(key) != card}
            gone = [key for key in old if key not in new]
            if different:
                changed[name] = different
            if gone:
                removed[name] = gone
        self.cards = fresh
        return changed, removed

    def keyframe(self) -> Keyframe:
        """All cards of the moment of the last update."""
        return {name: self.cards[name] for name in MAPS}  # type: ignore[return-value]

    def _read_trace(self, trace: Trace, number: int) -> None:
        end = trace.until(number)
        if end < self._entries_read:
            self._stages, self._entries_read = Stages(), 0
        self._stages.read(trace.entries[self._entries_read : end])
        self._entries_read = end

    def _all_cards(self, source: Source) -> dict[str, dict[str, Any]]:
        seen: dict[str, tuple[Any, ...]] = {}
        by_node: dict[str, list[Obj]] = {}
        pods: dict[str, Any] = {}
        for key, pod in source.objects("pods").items():
            stage = self._stages.stages.get(f"pod/{key}")
            uid = pod["metadata"]["uid"]
            pods[uid] = self._cached(seen, uid, (pod, stage), lambda pod=pod, stage=stage: pod_card(pod, stage))
            node = pod["spec"].get("nodeName")
            if node:
                by_node.setdefault(node, []).append(pod)
        nodes = {
            node["metadata"]["name"]: node_card(node, source, by_node.get(node["metadata"]["name"], []))
            for node in source.objects("nodes").values()
        }
        cards: dict[str, dict[str, Any]] = {
            "components": component_cards(source),
            "nodes": nodes,
            "pods": pods,
            "workloads": self._workloads(source),
            "services": self._services(source, seen),
        }
        cards["counts"] = _counts(cards)
        self._seen = seen
        return cards

    def _workloads(self, source: Source) -> dict[str, Any]:
        return {
            obj["metadata"]["uid"]: workload_card(obj, resource, source)
            for resource in WORKLOADS
            for obj in source.objects(resource).values()
        }

    def _services(self, source: Source, seen: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
        slices: dict[str, list[Obj]] = {}
        for part in source.objects("endpointslices.discovery.k8s.io").values():
            service = part["metadata"].get("labels", {}).get("kubernetes.io/service-name", "")
            slices.setdefault(f"{part['metadata']['namespace']}/{service}", []).append(part)
        cards = {}
        for key, service in source.objects("services").items():
            uid, parts = service["metadata"]["uid"], slices.get(key, [])
            cards[uid] = self._cached(
                seen, uid, (service, *parts), lambda service=service, parts=parts: service_card(service, parts)
            )
        return cards

    def _cached(self, seen: dict[str, tuple[Any, ...]], uid: str, inputs: tuple[Any, ...], make: Any) -> Any:
        known = self._seen.get(uid)
        if known is not None and len(known) == len(inputs) + 1 and all(map(_same, known, inputs)):
            seen[uid] = known
            return known[-1]
        card = make()
        seen[uid] = (*inputs, card)
        return card


def _same(left: Any, right: Any) -> bool:
    return left is right or (isinstance(left, tuple) and bool(left == right))


def _counts(cards: dict[str, dict[str, Any]]) -> dict[str, int]:
    counts = {"nodes": len(cards["nodes"]), "pods": len(cards["pods"]), "services": len(cards["services"])}
    for card in cards["pods"].values():
        counts[card["status"]] = counts.get(card["status"], 0) + 1
    return counts


def trace_card(entry: TraceEntry) -> TraceCard:
    """A trace entry for the wire."""
    return {
        "number": entry.number,
        "at": entry.at,
        "cause": entry.cause,
        "actor": entry.actor,
        "id": entry.message_id,
        "params": entry.params,
    }


LATELY_US = 20_000


def flights_at(trace: Trace, now: int, most: int) -> list[Any]:
    """The drawn messages on their way at a moment, or that arrived in the 20 ms before it: what a viewer who comes now sees.

    After a seek the trace also remembers messages of later moments, and those of the replay twice.
    """
    found: dict[tuple[int, str, str, int], Any] = {}
    for flight in reversed(trace.flights):
        where = (flight.number, flight.source, flight.target, flight.arrives)
        if flight.sent <= now <= flight.arrives + LATELY_US and where not in found:
            card = flight_card(flight)
            if card is not None:
                found[where] = card
    return sorted(found.values(), key=lambda card: (card["sent"], card["number"]))[-most:]


def flights_since(trace: Trace, sent: int, most: int) -> tuple[list[Any], int]:
    """The drawn messages sent at or after a time, the newest `most`; and how many were left out."""
    found = []
    for flight in reversed(trace.flights):
        if flight.sent < sent:
            break
        card = flight_card(flight)
        if card is not None:
            found.append(card)
    found.reverse()
    skipped = max(0, len(found) - most)
    return found[skipped:], skipped
