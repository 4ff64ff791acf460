"""One scheduling cycle: filter the nodes, score those that fit, choose. Upstream: `pkg/scheduler/schedule_one.go`."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cluster_core.scheduler.framework import NodeInfo, Plugin, PodInfo, Snapshot, Status

TABLE_MAX = 16


@dataclass(slots=True)
class Verdict:
    """What a cycle found: who refused which node and why, every plugin's weighted score per node, the choice.

    `number` is the event of the cycle, `attempt` counts the pod's cycles.
    """

    pod: str
    at: int
    refused: dict[str, Status] = field(default_factory=dict)
    scores: dict[str, dict[str, int]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    tied: list[str] = field(default_factory=list)
    node: str | None = None
    message: str = ""
    nodes: int = 0
    feasible: int = 0
    number: int = 0
    attempt: int = 0

    def plugins(self) -> list[str]:
        """The plugins that refused at least one node."""
        return sorted({status.plugin for status in self.refused.values()})

    def as_card(self) -> dict[str, Any]:
        """Plain JSON for the trace and the decision view: the best nodes and the first refusals, at most 16 of each."""
        best = heapq.nsmallest(TABLE_MAX, self.totals, key=lambda name: (-self.totals[name], name))
        return {
            "node": self.node,
            "nodes": self.nodes,
            "feasible": self.feasible,
            "totals": {name: self.totals[name] for name in best},
            "scores": {name: self.scores[name] for name in best if name in self.scores},
            "tied": self.tied[:TABLE_MAX],
            "refused": {
                name: {"plugin": self.refused[name].plugin, "reasons": self.refused[name].reasons}
                for name in heapq.nsmallest(TABLE_MAX, self.refused)
            },
        }


def schedule_one(
    pod: PodInfo, snapshot: Snapshot, plugins: list[Plugin], now: int, draw: Callable[[int], int]
) -> Verdict:
    """Choose a node for a pod. `draw(n)` breaks a tie among n nodes with the highest total."""
    verdict = Verdict(pod.key, now, nodes=len(snapshot.nodes))
    feasible = _filter(pod, snapshot, plugins, verdict)
    verdict.feasible = len(feasible)
    if not feasible:
        verdict.message = failure(pod, plugins, verdict.refused)
        return verdict
    if len(feasible) == 1:
        verdict.node = feasible[0]
        return verdict
    _score(pod, snapshot, plugins, feasible, verdict)
    highest = max(verdict.totals.values())
    verdict.tied = [name for name in feasible if verdict.totals[name] == highest]
    verdict.node = verdict.tied[draw(len(verdict.tied)) if len(verdict.tied) > 1 else 0]
    return verdict


def failure(pod: PodInfo, plugins: list[Plugin], refused: dict[str, Status]) -> str:
    """The message of a FailedScheduling event: why no node fits, and what the PostFilter plugins say to it."""
    if not refused:
        return "no nodes available to schedule pods"
    after = [words for plugin in plugins if (words := plugin.post_filter(pod, refused))]
    return " ".join([fit_error(refused), *([f"{', '.join(after)}."] if after else [])])


def fit_error(refused: dict[str, Status]) -> str:
    """Every reason with the number of nodes that gave it, sorted."""
    counts: dict[str, int] = {}
    for status in refused.values():
        for reason in status.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    reasons = sorted(f"{count} {reason}" for reason, count in counts.items())
    return f"0/{len(refused)} nodes are available: {', '.join(reasons)}."


def pre_filter(pod: PodInfo, snapshot: Snapshot, plugins: list[Plugin]) -> Status | None:
    """The first plugin's refusal of a pod before any node is looked at."""
    for plugin in plugins:
        status = plugin.pre_filter(pod, snapshot)
        if status is not None:
            status.plugin = plugin.name
            return status
    return None


def filter_node(pod: PodInfo, node: NodeInfo, plugins: list[Plugin]) -> Status | None:
    """The first plugin's refusal of a node, or None if it will do."""
    for plugin in plugins:
        status = plugin.filter(pod, node)
        if status is not None:
            status.plugin = plugin.name
            return status
    return None


def _filter(pod: PodInfo, snapshot: Snapshot, plugins: list[Plugin], verdict: Verdict) -> list[str]:
    feasible = []
    refusal = pre_filter(pod, snapshot, plugins)
    if refusal is not None:
        verdict.refused = dict.fromkeys(snapshot.nodes, refusal)
        return []
    for name, node in snapshot.nodes.items():
        status = filter_node(pod, node, plugins)
        if status is None:
            feasible.append(name)
        else:
            verdict.refused[name] = status
    return feasible


def _score(pod: PodInfo, snapshot: Snapshot, plugins: list[Plugin], feasible: list[str], verdict: Verdict) -> None:
    verdict.totals = dict.fromkeys(feasible, 0)
    for plugin in plugins:
        if not plugin.scores:
            continue
        raw = {name: plugin.score(pod, snapshot.nodes[name], snapshot) for name in feasible}
        for name, score in plugin.normalize(raw).items():
            weighted = score * plugin.weight
            verdict.scores.setdefault(name, {})[plugin.name] = weighted
            verdict.totals[name] += weighted
