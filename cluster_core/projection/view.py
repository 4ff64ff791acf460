"""The keyframe of a moment and the deltas between moments.

A `Projector` remembers the cards it gave out; a card is computed again only when what it shows has changed.
"""

from __future__ import annotations

import operator
from collections import Counter
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import Change
from cluster_core.projection.cards import Keyframe, TraceCard
from cluster_core.projection.claims import ClaimCards
from cluster_core.projection.components import component_cards
from cluster_core.projection.flights import flight_card
from cluster_core.projection.nodes import node_card, service_card
from cluster_core.projection.parts import Beside, Parts
from cluster_core.projection.pods import Stages, pod_card
from cluster_core.projection.queues import queue_cards
from cluster_core.projection.source import Source
from cluster_core.projection.workloads import WORKLOADS, workload_card
from cluster_core.sim.trace import Trace, TraceEntry

MAPS = ("components", "nodes", "pods", "workloads", "services", "claims", "schedulers", "waiting", "decided", "counts")


Maps = dict[str, dict[str, Any]]


class Projector:
    """View models of one run for all its viewers. `update` brings it to a moment and tells what changed.

    Between two moments of one API server the watch cache says which objects changed; only their cards, and those that
    show something of them, are made again. After a seek or a fork every card is.
    """

    def __init__(self) -> None:
        self.cards: Maps = {name: {} for name in MAPS}
        self._pods: dict[str, Obj] = {}
        self._on_node: dict[str, dict[str, Obj]] = {}
        self._services: dict[str, tuple[Any, ...]] = {}
        self._stages = Stages()
        self._parts = Parts()
        self._claims = ClaimCards()
        self._entries_read = 0
        self._cache: Any = None
        self._revision = 0

    def update(self, source: Source, trace: Trace) -> tuple[Maps, dict[str, list[str]]]:
        """Bring the cards to the source's moment; returns (changed cards by map, removed keys by map)."""
        restaged, reread = self._read_trace(trace, source.sim.number)
        news = None if reread else self._news(source)
        if news is None:
            self._parts = Parts()
        fresh: Maps = {
            "components": component_cards(source),
            "workloads": self._workload_cards(source),
            "services": self._service_cards(source),
            "claims": self._claims.of(source, news is None),
            **queue_cards(source),
        }
        changed: Maps = {}
        removed: dict[str, list[str]] = {}
        for name, cards in fresh.items():
            self._replace(name, cards, changed, removed)
        nodes = self._take_pods(source, news, restaged, changed, removed)
        self._take_nodes(source, nodes, changed, removed)
        self._replace("counts", self._counts(), changed, removed)
        return changed, removed

    def keyframe(self) -> Keyframe:
        """All cards of the moment of the last update."""
        return {name: self.cards[name] for name in MAPS}  # type: ignore[return-value]

    def _read_trace(self, trace: Trace, number: int) -> tuple[list[str], bool]:
        """Pods whose stage changed; whether the trace was read again from the beginning."""
        end, again = trace.until(number), False
        if end < self._entries_read:
            self._stages, self._entries_read, again = Stages(), 0, True
        restaged = self._stages.read(trace.entries[self._entries_read : end])
        self._entries_read = end
        return restaged, again

    def _news(self, source: Source) -> list[Change] | None:
        """The changes of the watch cache since the last update; None if they are not known."""
        apiserver: Any = source.sim.processes.get("apiserver")
        cache = getattr(apiserver, "cache", None)
        before, since = self._cache, self._revision
        self._cache, self._revision = cache, cache.revision if cache is not None else 0
        if cache is None or cache is not before:
            return None
        found: list[Change] | None = cache.changes_since(since)
        return found

    def _replace(self, name: str, fresh: dict[str, Any], changed: Maps, removed: dict[str, list[str]]) -> None:
        old = self.cards[name]
        different = {key: card for key, card in fresh.items() if old.get(key) != card}
        gone = [key for key in old if key not in fresh]
        if different:
            changed[name] = different
        if gone:
            removed[name] = gone
        self.cards[name] = fresh

    def _take_pods(
        self,
        source: Source,
        news: list[Change] | None,
        restaged: list[str],
        changed: Maps,
        removed: dict[str, list[str]],
    ) -> dict[str, None] | None:
        """Bring the pod cards up to date; returns the nodes that changed or have other pods now, None for all."""
        there = source.objects("pods")
        if news is None:
            self._pods, self._on_node = {}, {}
            fresh: dict[str, Any] = {}
            for key, one in there.items():
                fresh[one["metadata"]["uid"]] = pod_card(one, self._stages.stages.get(f"pod/{key}"))
                self._move(key, one)
            self._replace("pods", fresh, changed, removed)
            return None
        nodes = {_key(change): None for change in news if change.resource == "nodes"}
        cards, different, gone = dict(self.cards["pods"]), dict[str, Any](), list[str]()
        touched = dict.fromkeys(_key(change) for change in news if change.resource == "pods")
        for key in touched | dict.fromkeys(name.removeprefix("pod/") for name in restaged):
            before, pod = self._pods.get(key), there.get(key)
            nodes |= {_node(one): None for one in (before, pod) if one is not None and before is not pod}
            self._move(key, pod)
            if before is not None and (pod is None or pod["metadata"]["uid"] != before["metadata"]["uid"]):
                gone.append(before["metadata"]["uid"])
                cards.pop(before["metadata"]["uid"], None)
            if pod is not None:
                uid, card = pod["metadata"]["uid"], pod_card(pod, self._stages.stages.get(f"pod/{key}"))
                if cards.get(uid) != card:
                    cards[uid] = different[uid] = card
        self.cards["pods"] = cards
        if different:
            changed["pods"] = different
        if gone:
            removed["pods"] = gone
        return nodes

    def _move(self, key: str, pod: Obj | None) -> None:
        before = self._pods.pop(key, None)
        if before is not None:
            self._on_node[_node(before)].pop(key, None)
        if pod is not None:
            self._pods[key] = pod
            self._on_node.setdefault(_node(pod), {})[key] = pod

    def _take_nodes(
        self, source: Source, stale: dict[str, None] | None, changed: Maps, removed: dict[str, list[str]]
    ) -> None:
        known, fresh = self.cards["nodes"], dict[str, Any]()
        for name, node in source.objects("nodes").items():
            card = known.get(name)
            kubelet = source.sim.processes.get(f"kubelet/{name}")
            up = kubelet is not None and not kubelet.down
            if stale is None or name in stale or card is None or card["up"] != up:
                card = node_card(node, source, list(self._on_node.get(name, {}).values()))
            fresh[name] = card
        self._replace("nodes", fresh, changed, removed)

    def _workload_cards(self, source: Source) -> dict[str, Any]:
        beside = Beside.of(source, self._parts)
        cards = {
            obj["metadata"]["uid"]: workload_card(obj, resource, source, beside)
            for resource in WORKLOADS
            for obj in source.objects(resource).values()
        }
        self._parts.forget_others()
        return cards

    def _service_cards(self, source: Source) -> dict[str, Any]:
        slices: dict[str, list[Obj]] = {}
        for part in source.objects("endpointslices.discovery.k8s.io").values():
            service = part["metadata"].get("labels", {}).get("kubernetes.io/service-name", "")
            slices.setdefault(f"{part['metadata']['namespace']}/{service}", []).append(part)
        seen: dict[str, tuple[Any, ...]] = {}
        for key, service in source.objects("services").items():
            uid, inputs = service["metadata"]["uid"], (service, *slices.get(key, ()))
            known = self._services.get(uid)
            if known is None or len(known) != len(inputs) + 1 or any(map(operator.is_not, known[1:], inputs)):
                known = (service_card(service, list(inputs[1:])), *inputs)
            seen[uid] = known
        self._services = seen
        return {uid: known[0] for uid, known in seen.items()}

    def _counts(self) -> dict[str, int]:
        cards = self.cards
        counts = {"nodes": len(cards["nodes"]), "pods": len(cards["pods"]), "services": len(cards["services"])}
        return counts | Counter(card["status"] for card in cards["pods"].values())


def _key(change: Change) -> str:
    meta = (change.new or change.old or change.last or {})["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else str(meta["name"])


def _node(pod: Obj) -> str:
    return str(pod["spec"].get("nodeName", ""))


def trace_card(entry: TraceEntry, trace: Trace) -> TraceCard:
    """A trace entry for the wire."""
    return {
        "number": entry.number,
        "at": entry.at,
        "cause": trace.told_cause(entry.number),
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
