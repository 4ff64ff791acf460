"""One scheduling decision in full: every node, every plugin, what each said. For the decision view; nothing is kept of it.

The plugins are asked again, one after the other as `schedule_one` does, so an explanation costs a whole scheduling cycle
without the score rows. What it is asked about is the caller's: the cache now, or that of a world taken back to the decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cluster_core.scheduler.framework import Plugin, PodInfo, Snapshot, Status
from cluster_core.scheduler.schedule_one import failure, filter_node

ROWS_MAX = 200

Card = dict[str, Any]


@dataclass(slots=True)
class Explanation:
    """What was found: refusals and scores of every node (raw, 0…100, weighted, by plugin), the tie and its draw."""

    pod: PodInfo
    plugins: list[Plugin]
    nodes: list[str]
    pre_filter: list[Card] = field(default_factory=list)
    refused: dict[str, Status] = field(default_factory=dict)
    raw: dict[str, dict[str, int]] = field(default_factory=dict)
    normalized: dict[str, dict[str, int]] = field(default_factory=dict)
    weighted: dict[str, dict[str, int]] = field(default_factory=dict)
    tied: list[str] = field(default_factory=list)
    node: str | None = None
    message: str = ""

    def total(self, name: str) -> int:
        """The sum of the weighted scores of a node."""
        return sum(self.weighted[name].values())

    @property
    def feasible(self) -> list[str]:
        """The nodes that nobody refused, the best first."""
        return sorted(self.weighted, key=lambda name: (-self.total(name), name))

    def as_card(self) -> Card:
        """Plain JSON: at most 200 nodes, feasible ones first by their total, then refused ones by name."""
        feasible, refused = self.feasible, sorted(self.refused)
        rows = [self._fit(name) for name in feasible] + [self._refusal(name) for name in refused]
        return {
            "pod": self.pod.key,
            "node": self.node,
            "message": self.message,
            "pre_filter": self.pre_filter,
            "nodes": rows[:ROWS_MAX],
            "counts": {
                "nodes": len(self.nodes),
                "feasible": len(feasible),
                "looked_at": len(feasible) + len(refused),
            },
            "reasons": self._reasons(),
            "weights": {plugin.name: plugin.weight for plugin in self.plugins if plugin.scores},
            "tied": self.tied[:ROWS_MAX],
            "drawn": self.node if len(self.tied) > 1 else None,
            "preemption": None,
            "steps": self._steps(),
        }

    def _fit(self, name: str) -> Card:
        scores = {"raw": self.raw[name], "normalized": self.normalized[name], "weighted": self.weighted[name]}
        return {"name": name, "feasible": True, "plugin": None, "reasons": [], **scores, "total": self.total(name)}

    def _refusal(self, name: str) -> Card:
        status = self.refused[name]
        scores: Card = {"raw": {}, "normalized": {}, "weighted": {}, "total": 0}
        return {"name": name, "feasible": False, "plugin": status.plugin, "reasons": status.reasons, **scores}

    def _reasons(self) -> list[Card]:
        """How many nodes each reason of each plugin refused, the most frequent first."""
        counts: dict[tuple[str, str], int] = {}
        for status in self.refused.values():
            for reason in status.reasons:
                counts[status.plugin, reason] = counts.get((status.plugin, reason), 0) + 1
        ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        return [{"plugin": plugin, "reason": reason, "count": count} for (plugin, reason), count in ranked]

    def _steps(self) -> list[Card]:
        """The extension points that the pod went through, in order, each with how many nodes were left."""
        feasible = len(self.weighted)
        steps: list[Card] = [{"point": "PreFilter", "plugins": [one["plugin"] for one in self.pre_filter]}]
        if not self.nodes or len(self.pre_filter) < len(self.plugins):
            return [*steps, {"point": "PostFilter", "message": self.message}]
        steps.append({"point": "Filter", "looked_at": len(self.nodes), "feasible": feasible})
        if not feasible:
            return [*steps, {"point": "PostFilter", "message": self.message}]
        if feasible > 1:
            scoring = [plugin.name for plugin in self.plugins if plugin.scores]
            steps.append({"point": "Score", "plugins": scoring, "tied": len(self.tied)})
        return [*steps, {"point": "Reserve", "node": self.node}, {"point": "Bind", "node": self.node}]


def explain(pod: PodInfo, snapshot: Snapshot, plugins: list[Plugin], draw: Callable[[int], int] | None) -> Explanation:
    """Judge every node. `draw(n)` breaks a tie as the scheduler did; None leaves the choice of a tie open."""
    found = Explanation(pod, plugins, list(snapshot.nodes))
    if _pre_filter(found, snapshot):
        _filter(found, snapshot)
    if not found.weighted:
        found.message = failure(pod, plugins, found.refused)
        return found
    if len(found.weighted) == 1:
        (found.node,) = found.weighted
        return found
    _score(found, snapshot)
    _choose(found, draw)
    return found


def _pre_filter(found: Explanation, snapshot: Snapshot) -> bool:
    """Ask every plugin about the pod alone; whether there is reason to look at nodes."""
    for plugin in found.plugins:
        status = plugin.pre_filter(found.pod, snapshot)
        told: Card = {"plugin": plugin.name, "status": "Success", "reasons": [], "nodes": None}
        if status is not None:
            status.plugin = plugin.name
            found.pre_filter.append({**told, "status": status.code, "reasons": status.reasons, "nodes": 0})
            found.refused = dict.fromkeys(found.nodes, status)
            return False
        found.pre_filter.append(told)
    return True


def _filter(found: Explanation, snapshot: Snapshot) -> None:
    for name, node in snapshot.nodes.items():
        status = filter_node(found.pod, node, found.plugins)
        if status is not None:
            found.refused[name] = status
        else:
            for table in (found.raw, found.normalized, found.weighted):
                table[name] = {}


def _score(found: Explanation, snapshot: Snapshot) -> None:
    for plugin in found.plugins:
        if not plugin.scores:
            continue
        raw = {name: plugin.score(found.pod, snapshot.nodes[name], snapshot) for name in found.raw}
        for name, score in plugin.normalize(raw).items():
            found.raw[name][plugin.name] = raw[name]
            found.normalized[name][plugin.name] = score
            found.weighted[name][plugin.name] = score * plugin.weight


def _choose(found: Explanation, draw: Callable[[int], int] | None) -> None:
    highest = max(found.total(name) for name in found.weighted)
    found.tied = [name for name in found.weighted if found.total(name) == highest]
    if len(found.tied) == 1:
        (found.node,) = found.tied
    elif draw is not None:
        found.node = found.tied[draw(len(found.tied))]
