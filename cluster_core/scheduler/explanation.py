"""One scheduling decision in full: every node, every plugin, what each said. For the decision view; nothing is kept of it.

The plugins are asked again, one after the other as `schedule_one` does, so an explanation costs a whole scheduling cycle
without the score rows. What it is asked about is the caller's: the cache now, or that of a world taken back to the decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cluster_core.scheduler.fit_suggestions import fit_suggestions, new_node
from cluster_core.scheduler.framework import CycleState, PreFilterResult
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.default_preemption import DefaultPreemption
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preemption import Preemption, preempt
from cluster_core.scheduler.profile import PreFiltered, Profile
from cluster_core.scheduler.schedule_one import Verdict, find_feasible, give_up, score_nodes
from cluster_core.scheduler.status import Status

ROWS_MAX, FOUND_MAX = 200, 50
FITTING_MAX, MISSES_OF_PLUGIN = 150, 10

Card = dict[str, Any]


@dataclass(slots=True)
class Explanation:
    """What was found: refusals and scores of every node (raw, 0…100, weighted, by plugin), the tie and its draw."""

    pod: PodInfo
    profile: Profile
    nodes: list[str]
    pre_filter: list[Card] = field(default_factory=list)
    refused: dict[str, Status] = field(default_factory=dict)
    looked_at: int = 0
    scorers: list[str] = field(default_factory=list)
    raw: dict[str, dict[str, int]] = field(default_factory=dict)
    normalized: dict[str, dict[str, int]] = field(default_factory=dict)
    weighted: dict[str, dict[str, int]] = field(default_factory=dict)
    tied: list[str] = field(default_factory=list)
    node: str | None = None
    message: str = ""
    preemption: Preemption | None = None
    suggestions: dict[str, list[Card]] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """The sum of the weighted scores of a node."""
        return sum(self.weighted[name].values())

    @property
    def feasible(self) -> list[str]:
        """The nodes that nobody refused, the best first."""
        return sorted(self.weighted, key=lambda name: (-self.total(name), name))

    def as_card(self, part: str = "") -> Card:
        """Plain JSON: at most 200 nodes, feasible ones first by their total, then refused ones, the nearest to fitting first.

        With `part` only nodes with that in their names, at most 50.
        """
        feasible = self.feasible
        return {
            "pod": self.pod.key,
            "node": self.node,
            "message": self.message,
            "pre_filter": self.pre_filter,
            "nodes": self._rows(feasible, part),
            "counts": {
                "nodes": len(self.nodes),
                "feasible": len(feasible),
                "looked_at": self.looked_at,
            },
            "reasons": self._reasons(),
            "weights": {name: self.profile.weights[name] for name in self.scorers},
            "tied": self.tied[:ROWS_MAX],
            "drawn": self.node if len(self.tied) > 1 else None,
            "preemption": self.preemption.as_card() if self.preemption is not None else None,
            "steps": self._steps(),
            "suggestions": self.suggestions,
        }

    def _rows(self, feasible: list[str], part: str) -> list[Card]:
        if part:
            names = [name for name in (*feasible, *self._nearest()) if part in name.lower()][:FOUND_MAX]
        else:
            refused = self._nearest()
            shown = feasible[: max(FITTING_MAX, ROWS_MAX - len(refused))]
            names = [*shown, *refused][:ROWS_MAX]
        return [self._fit(name) if name in self.weighted else self._refusal(name) for name in names]

    def _nearest(self) -> list[str]:
        """The refused nodes by how many reasons there are; before all the first ten of every plugin, so that none is left out."""
        ranked = sorted(self.refused, key=lambda name: (len(self.refused[name].reasons), name))
        seen: dict[str, int] = {}
        first = []
        for name in ranked:
            plugin = self.refused[name].plugin
            seen[plugin] = seen.get(plugin, 0) + 1
            if seen[plugin] <= MISSES_OF_PLUGIN:
                first.append(name)
        told = set(first)
        return first + [name for name in ranked if name not in told]

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
        if not self.looked_at:
            return [*steps, self._post_filter()]
        steps.append({"point": "Filter", "looked_at": self.looked_at, "feasible": feasible})
        if not feasible:
            return [*steps, self._post_filter()]
        if feasible > 1:
            steps.append({"point": "Score", "plugins": self.scorers, "tied": len(self.tied)})
        return [*steps, {"point": "Reserve", "node": self.node}, {"point": "Bind", "node": self.node}]

    def _post_filter(self) -> Card:
        chosen = self.preemption.chosen if self.preemption is not None else None
        return {
            "point": "PostFilter",
            "message": self.message,
            "nominated": chosen.node if chosen is not None else None,
        }


def explain(
    pod: PodInfo, snapshot: Snapshot, profile: Profile, draw: Callable[[int], int] | None, start: int = 0
) -> Explanation:
    """Judge the nodes. `draw(n)` breaks a tie as the scheduler did; None leaves the choice of a tie open."""
    found = Explanation(pod, profile, list(snapshot.nodes))
    if not snapshot.nodes:
        found.message = "no nodes available to schedule pods"
        return found
    verdict, state = Verdict(pod.key, 0, nodes=len(snapshot.nodes)), CycleState()
    before = profile.pre_filter(state, pod, snapshot)
    found.pre_filter = _pre_filter(before)
    feasible = find_feasible(pod, snapshot, profile, state, before, verdict, start)
    found.refused, found.looked_at = _refused(verdict, snapshot, feasible), verdict.looked_at
    for table in (found.raw, found.normalized, found.weighted):
        table.update({name: {} for name in feasible})
    if not feasible:
        give_up(verdict, pod, snapshot, profile, state)
        found.message = verdict.message
        preemptors = [plugin for plugin in profile.post_filters if isinstance(plugin, DefaultPreemption)]
        for plugin in preemptors[:1]:
            found.preemption = preempt(profile, state, pod, snapshot, verdict.refused, plugin.least)
    elif len(feasible) == 1:
        (found.node,) = feasible
    else:
        _score(found, snapshot, state, feasible)
        _choose(found, draw)
    found.suggestions = fit_suggestions(profile, pod, snapshot, list(found.refused))
    joins = new_node(profile, pod, snapshot) if not feasible else None
    if joins is not None:
        found.suggestions[""] = [joins]
    return found


def _pre_filter(before: PreFiltered) -> list[Card]:
    """What every plugin said about the pod alone."""
    cards = []
    for name, answer in before.answers.items():
        told: Card = {"plugin": name, "status": "Success", "reasons": [], "nodes": None}
        if isinstance(answer, PreFilterResult):
            told["nodes"] = len(answer.nodes)
        elif answer is not None:
            told |= {"status": answer.code, "reasons": answer.reasons, "nodes": 0 if answer.rejects else None}
        cards.append(told)
    return cards


def _refused(verdict: Verdict, snapshot: Snapshot, feasible: list[str]) -> dict[str, Status]:
    """The refusals of nodes, those that were not looked at because of PreFilter too."""
    fit = set(feasible)
    statuses = {name: verdict.refused.get(name) for name in snapshot.nodes if name not in fit}
    return {name: status for name, status in statuses.items() if status is not None}


def _score(found: Explanation, snapshot: Snapshot, state: CycleState, feasible: list[str]) -> None:
    for plugin, raw, normalized in score_nodes(found.pod, snapshot, found.profile, state, feasible):
        found.scorers.append(plugin.name)
        for name, score in normalized.items():
            found.raw[name][plugin.name] = raw[name]
            found.normalized[name][plugin.name] = score
            found.weighted[name][plugin.name] = score * found.profile.weights[plugin.name]


def _choose(found: Explanation, draw: Callable[[int], int] | None) -> None:
    highest = max(found.total(name) for name in found.weighted)
    found.tied = [name for name in found.weighted if found.total(name) == highest]
    if len(found.tied) == 1:
        (found.node,) = found.tied
    elif draw is not None:
        found.node = found.tied[draw(len(found.tied))]
