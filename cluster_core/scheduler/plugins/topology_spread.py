"""PodTopologySpread: pods of a kind are spread over zones and nodes. Upstream: `plugins/podtopologyspread`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.default_selector import RESOURCES
from cluster_core.scheduler.framework import (
    MAX_NODE_SCORE,
    CycleState,
    Plugin,
    PreFilterResult,
    StateData,
)
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins.spread_constraints import (
    HARD,
    HOSTNAME,
    SOFT,
    SYSTEM_DEFAULTS,
    Constraint,
    Constraints,
    has_all_keys,
    read_constraint,
)
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, Status, skip

REASON = "node(s) didn't match pod topology spread constraints"
NO_LABEL = f"{REASON} (missing required label)"


@dataclass(slots=True)
class Hard(StateData):
    """The rules of a pod, and for each how many matching pods there are by value of its topology key."""

    constraints: list[Constraint]
    counts: list[dict[str, int]]

    def clone(self) -> Hard:
        """With numbers of its own."""
        return Hard(self.constraints, [dict(counts) for counts in self.counts])


@dataclass(slots=True)
class Soft(StateData):
    """The preferences of a pod, with the numbers of matching pods by value (not for hostnames) and the weight of each.

    ignored: nodes that lack a topology key.
    """

    constraints: list[Constraint]
    counts: list[dict[str, int]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)


class PodTopologySpread(Plugin):
    """Filters by DoNotSchedule constraints, scores by ScheduleAnyway ones.

    Arguments: `defaultConstraints` with `defaultingType: List`; System (the default) spreads softly over hostnames and zones.
    """

    name = "PodTopologySpread"
    depends = "cluster"
    weight = 2
    relative = True
    resources = RESOURCES
    events = (
        "AssignedPod/Add",
        "AssignedPod/UpdatePodLabel",
        "AssignedPod/Delete",
        "UnschedulablePod/UpdatePodLabel",
        "Node/Add",
        "Node/Delete",
        "Node/UpdateNodeLabel",
    )

    def __init__(self, args: Obj | None = None) -> None:
        super().__init__(args)
        self.system = self.args.get("defaultingType", "System") == "System"
        self._constraints = Constraints(SYSTEM_DEFAULTS if self.system else self.args.get("defaultConstraints") or [])

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A pod that is counted now and was not before (or the reverse), or a node that comes to a place, leaves it or changes it.

        Pods under default constraints are tried again at any of these events.
        """
        own = pod.pod["spec"].get("topologySpreadConstraints")
        if not own:
            return True
        rules = [read_constraint(given, pod.labels) for given in own if given["whenUnsatisfiable"] == HARD]
        if event.startswith("Node/"):
            return _place(rules, old) != _place(rules, new)
        return any(_counted(rule, pod, old) != _counted(rule, pod, new) for rule in rules)

    def constraints(self, pod: PodInfo, action: str, snapshot: Snapshot) -> list[Constraint]:
        """The constraints of a pod with an action."""
        return self._constraints.of(pod, action, snapshot)

    def needs_all_keys(self, pod: PodInfo) -> bool:
        """Whether nodes without one of the topology keys are left out of scoring: not by the system's defaults."""
        return bool(pod.pod["spec"].get("topologySpreadConstraints")) or not self.system

    def sign(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        """The constraints, whose pods they count, and which of them count the pod itself."""
        hard, soft = (tuple(self.constraints(pod, action, snapshot)) for action in (HARD, SOFT))
        if not hard and not soft:
            return None
        return pod.namespace, hard, soft, tuple([rule.matches(pod.labels) for rule in hard])

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Count the matching pods by topology value."""
        constraints = self.constraints(pod, HARD, snapshot)
        if not constraints:
            return skip()
        counts: list[dict[str, int]] = [{} for _ in constraints]
        for node in snapshot.nodes.values():
            if not has_all_keys(node, constraints):
                continue
            for constraint, found in zip(constraints, counts, strict=True):
                if constraint.includes(pod, node):
                    value = node.labels[constraint.key]
                    found[value] = found.get(value, 0) + constraint.count(node, pod.namespace)
        state.data[self.name] = Hard(constraints, counts)
        return None

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """One more, if it matches."""
        _update(state.data[self.name], pod, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """One less, if it matches."""
        _update(state.data[self.name], pod, other, node, -1)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node whose topology value would have more than maxSkew above the smallest."""
        hard: Hard = state.data[self.name]
        for constraint, counts in zip(hard.constraints, hard.counts, strict=True):
            value = node.labels.get(constraint.key)
            if value is None:
                return Status(UNRESOLVABLE, [NO_LABEL])
            if skewed(constraint, pod, counts.get(value, 0), smallest(constraint, counts)):
                return Status(UNSCHEDULABLE, [REASON])
        return None

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> Status | None:
        """Count the matching pods by topology values that nodes which fit have."""
        constraints = self.constraints(pod, SOFT, snapshot)
        if not constraints:
            return skip()
        soft, strict = Soft(constraints), self.needs_all_keys(pod)
        if strict:
            soft.ignored = {node.name for node in nodes if not has_all_keys(node, constraints)}
        eligible = [node for node in nodes if node.name not in soft.ignored]
        counted = [node for node in snapshot.nodes.values() if not strict or has_all_keys(node, constraints)]
        for constraint in constraints:
            if constraint.key == HOSTNAME:
                soft.counts.append({})
                soft.weights.append(spread_weight(len(eligible)))
                continue
            counts = dict.fromkeys([node.labels.get(constraint.key, "") for node in eligible], 0)
            for node in counted:
                value = node.labels.get(constraint.key, "")
                if value in counts and constraint.includes(pod, node):
                    counts[value] += constraint.count(node, pod.namespace)
            soft.counts.append(counts)
            soft.weights.append(spread_weight(len(counts)))
        state.data[f"{self.name}/score"] = soft
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """The matching pods in the node's topology values, weighted: fewer is better."""
        soft: Soft = state.data[f"{self.name}/score"]
        if node.name in soft.ignored:
            return 0
        total = 0.0
        for constraint, counts, weight in zip(soft.constraints, soft.counts, soft.weights, strict=True):
            value = node.labels.get(constraint.key)
            if value is not None:
                own = constraint.key == HOSTNAME
                count = constraint.count(node, pod.namespace) if own else counts[value]
                total += spread_score(count, constraint.max_skew, weight)
        return rounded(total)

    def normalize(self, state: CycleState, pod: PodInfo, scores: dict[str, int]) -> dict[str, int]:
        """The fewest pods are 100 of 100; nodes without a topology key get nothing."""
        ignored = state.data[f"{self.name}/score"].ignored
        counted = [score for name, score in scores.items() if name not in ignored]
        smallest, largest = min(counted, default=0), max(counted, default=0)
        return {
            name: 0 if name in ignored else self.normalized(score, smallest, largest) for name, score in scores.items()
        }

    def normalized(self, score: int, smallest: int, largest: int) -> int:
        """By the largest, reversed."""
        return MAX_NODE_SCORE * (largest + smallest - score) // largest if largest else MAX_NODE_SCORE


def smallest(constraint: Constraint, counts: dict[str, int]) -> int:
    """The fewest matching pods of a topology value: none if there are fewer values than minDomains."""
    return min(counts.values()) if counts and len(counts) >= constraint.min_domains else 0


def skewed(constraint: Constraint, pod: PodInfo, count: int, least: int) -> bool:
    """Whether one more pod (if it counts itself) would be too many."""
    return count + constraint.matches(pod.labels) - least > constraint.max_skew


def spread_weight(size: int) -> float:
    """The weight of a topology by its number of values: large ones, whose numbers are small, count for more."""
    return math.log(size + 2)


def spread_score(count: int, max_skew: int, weight: float) -> float:
    """The raw score of a number of pods; a larger maxSkew waters the differences down."""
    return count * weight + (max_skew - 1)


def rounded(number: float) -> int:
    """To the nearest integer, halves up, as Go's math.Round of a number that is not negative."""
    whole = int(number)
    return whole + (number - whole >= 0.5)


def _update(hard: Hard, pod: PodInfo, other: PodInfo, node: NodeInfo, change: int) -> None:
    if other.namespace != pod.namespace or not has_all_keys(node, hard.constraints):
        return
    for constraint, counts in zip(hard.constraints, hard.counts, strict=True):
        if constraint.matches(other.labels) and constraint.includes(pod, node):
            value = node.labels[constraint.key]
            counts[value] = counts.get(value, 0) + change


def _place(rules: list[Constraint], node: Obj | None) -> list[str] | None:
    """The topology values of a node, None if it is not there or lacks one."""
    labels = (node or {"metadata": {}})["metadata"].get("labels") or {}
    found = [labels[rule.key] for rule in rules if rule.key in labels]
    return found if len(found) == len(rules) else None


def _counted(rule: Constraint, pod: PodInfo, other: Obj | None) -> bool:
    """Whether a rule counts another pod of the pod's namespace."""
    if other is None or other["metadata"]["namespace"] != pod.namespace:
        return False
    return rule.matches(other["metadata"].get("labels") or {})
