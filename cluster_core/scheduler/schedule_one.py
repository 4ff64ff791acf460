"""One scheduling cycle: filter the nodes, score those that fit, choose. Upstream: `pkg/scheduler/schedule_one.go`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import PreFiltered, Profile
from cluster_core.scheduler.status import ERROR, UNRESOLVABLE, NodeStatuses, Status

TABLE_MAX = 16
NODES_MIN = 100
PERCENT_MIN = 5


@dataclass(slots=True)
class Verdict:
    """What a cycle found: who refused which node and why, every plugin's weighted score per node (0 is left out), the choice.

    `number` is the event of the cycle, `attempt` counts the pod's cycles; `ties` is how many nodes have the highest total.
    looked_at: how many nodes were filtered. pre_filter: why PreFilter refused the pod. error: the attempt failed and says
    nothing about the pod. nominate, decision: what PostFilter wants done, see `PostFilterResult`.
    """

    pod: str
    at: int
    refused: NodeStatuses = field(default_factory=NodeStatuses)
    scores: dict[str, dict[str, int]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    tied: list[str] = field(default_factory=list)
    node: str | None = None
    message: str = ""
    ties: int = 0
    nodes: int = 0
    feasible: int = 0
    number: int = 0
    attempt: int = 0
    looked_at: int = 0
    pre_filter: str = ""
    error: bool = False
    nominate: str | None = None
    decision: Any = None

    def plugins(self) -> list[str]:
        """The plugins that refused the pod or a node."""
        return self.refused.plugins()

    def as_card(self) -> dict[str, Any]:
        """Plain JSON for the trace. Where there are more than 16 nodes and one was found it has that node's scores alone."""
        shown = list(self.totals) if self.nodes <= TABLE_MAX else [name for name in self.totals if name == self.node]
        said = self.refused.said if self.nodes <= TABLE_MAX or self.node is None else {}
        return {
            "node": self.node,
            "nodes": self.nodes,
            "feasible": self.feasible,
            "totals": {name: self.totals[name] for name in shown},
            "scores": {name: self.scores[name] for name in shown},
            "tied": [name for name in self.tied if name in shown],
            "ties": self.ties,
            "refused": {
                name: {"plugin": status.plugin, "reasons": status.reasons}
                for name, status in islice(said.items(), TABLE_MAX)
            },
        }


def schedule_one(
    pod: PodInfo, snapshot: Snapshot, profile: Profile, now: int, draw: Callable[[int], int], start: int = 0
) -> tuple[Verdict, CycleState]:
    """Choose a node for a pod. `draw(n)` breaks a tie among n nodes with the highest total; `start` is the place of the node
    to begin with. The state is for the binding cycle.
    """
    verdict, state = Verdict(pod.key, now, nodes=len(snapshot.nodes)), CycleState()
    if not snapshot.nodes:
        verdict.message = "no nodes available to schedule pods"
        return verdict, state
    found = profile.pre_filter(state, pod, snapshot)
    feasible = find_feasible(pod, snapshot, profile, state, found, verdict, start)
    verdict.feasible = len(feasible)
    if not feasible:
        give_up(verdict, pod, snapshot, profile, state)
    elif len(feasible) == 1:
        verdict.node = feasible[0]
    else:
        _score(pod, snapshot, profile, state, feasible, verdict)
        highest = max(verdict.totals.values())
        verdict.tied = [name for name in feasible if verdict.totals[name] == highest]
        verdict.ties = len(verdict.tied)
        verdict.node = verdict.tied[draw(len(verdict.tied)) if len(verdict.tied) > 1 else 0]
    return verdict, state


def find_feasible(
    pod: PodInfo,
    snapshot: Snapshot,
    profile: Profile,
    state: CycleState,
    found: PreFiltered,
    verdict: Verdict,
    start: int,
) -> list[str]:
    """The nodes that fit, in the order in which they were looked at, after PreFilter; refusals go into the verdict."""
    verdict.refused = NodeStatuses(len(snapshot.nodes))
    if found.refusal is not None:
        _refuse(verdict, found.refusal)
        return []
    if pod.nominated_node in snapshot.nodes:
        nominated = snapshot.nodes[pod.nominated_node]
        if _judge(pod, nominated, snapshot, profile, state, verdict):
            return [nominated.name]
    _narrow(verdict, found)
    names = snapshot.nodes if found.nodes is None else sorted(found.nodes & snapshot.nodes.keys())
    nodes = [snapshot.nodes[name] for name in names]
    enough, feasible = nodes_to_find(profile.percentage, len(nodes)), []
    for place in range(len(nodes)):
        node = nodes[(start + place) % len(nodes)]
        if _judge(pod, node, snapshot, profile, state, verdict):
            feasible.append(node.name)
            if len(feasible) == enough:
                break
    verdict.looked_at = len(feasible) + len(verdict.refused.said)
    return feasible


def nodes_to_find(percentage: int, nodes: int) -> int:
    """After how many nodes that fit the search ends: a percentage (0: 50 % less 1 % per 125 nodes, 5 % at least), 100 at least."""
    if nodes < NODES_MIN:
        return nodes
    return max(NODES_MIN, nodes * (percentage or max(PERCENT_MIN, 50 - nodes // 125)) // 100)


def score_nodes(
    pod: PodInfo, snapshot: Snapshot, profile: Profile, state: CycleState, feasible: list[str]
) -> Iterator[tuple[Plugin, dict[str, int], dict[str, int]]]:
    """Each plugin that scores in this cycle, with its raw and its normalized scores by node."""
    nodes = [snapshot.nodes[name] for name in feasible]
    profile.pre_score(state, pod, nodes, snapshot)
    for plugin in profile.active_scorers(state):
        raw = {node.name: plugin.score(state, pod, node, snapshot) for node in nodes}
        yield plugin, raw, plugin.normalize(state, pod, raw)


def give_up(verdict: Verdict, pod: PodInfo, snapshot: Snapshot, profile: Profile, state: CycleState) -> None:
    """No node fits: let the PostFilter plugins see what can be done, and write the message."""
    if verdict.error:
        return
    result = profile.post_filter(state, pod, snapshot, verdict.refused)
    words = [fit_error(verdict)]
    if result is not None:
        verdict.nominate, verdict.decision = result.nominate, result.decision
        if result.status is not None and result.status.reasons:
            words.append(", ".join(result.status.reasons))
    verdict.message = " ".join(words)


def fit_error(verdict: Verdict) -> str:
    """Why no node fits: what PreFilter says, or every reason with the number of nodes that gave it, sorted."""
    counts = verdict.refused.reasons()
    reasons = sorted(f"{count} {reason}" for reason, count in counts.items())
    return f"0/{verdict.nodes} nodes are available: {verdict.pre_filter or ', '.join(reasons)}."


def _refuse(verdict: Verdict, refusal: Status) -> None:
    verdict.refused.absent = refusal
    verdict.pre_filter = ", ".join(refusal.reasons)
    if refusal.code == ERROR:
        verdict.error, verdict.message = True, f'running PreFilter plugin "{refusal.plugin}": {verdict.pre_filter}'


def _narrow(verdict: Verdict, found: PreFiltered) -> None:
    if found.nodes is None:
        return
    reason = f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(found.plugins))}]"
    verdict.refused.narrowed_by = found.plugins
    verdict.refused.absent = Status(UNRESOLVABLE, [reason])


def _judge(
    pod: PodInfo, node: NodeInfo, snapshot: Snapshot, profile: Profile, state: CycleState, verdict: Verdict
) -> bool:
    status = profile.filter_nominated(state, pod, node, snapshot)
    if status is None:
        return True
    verdict.refused.said[node.name] = status
    return False


def _score(
    pod: PodInfo, snapshot: Snapshot, profile: Profile, state: CycleState, feasible: list[str], verdict: Verdict
) -> None:
    verdict.totals = dict.fromkeys(feasible, 0)
    verdict.scores = {name: {} for name in feasible}
    for plugin, _, normalized in score_nodes(pod, snapshot, profile, state, feasible):
        for name, score in normalized.items():
            weighted = score * profile.weights[plugin.name]
            if weighted:
                verdict.scores[name][plugin.name] = weighted
                verdict.totals[name] += weighted
