"""InterPodAffinity: pods that want to be near other pods, or apart from them. Upstream: `plugins/interpodaffinity`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.affinity_terms import Labels, Term
from cluster_core.scheduler.framework import (
    MAX_NODE_SCORE,
    CycleState,
    Plugin,
    PreFilterResult,
    StateData,
)
from cluster_core.scheduler.lister import Lister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, Status, skip

AFFINITY = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"

Pairs = dict[tuple[str, str | None], int]
"""Numbers by (topology key, value); only values that nodes have."""


@dataclass(slots=True)
class Rules(StateData):
    """The rules of a pod with the numbers of pods that they are about; and by how many anti-affinity rules of other pods it is
    kept away.
    """

    near: tuple[Term, ...]
    apart: tuple[Term, ...]
    namespace_labels: Labels
    near_counts: Pairs = field(default_factory=dict)
    apart_counts: Pairs = field(default_factory=dict)
    existing_counts: Pairs = field(default_factory=dict)

    def clone(self) -> Rules:
        """With numbers of its own."""
        counts = (dict(self.near_counts), dict(self.apart_counts), dict(self.existing_counts))
        return Rules(self.near, self.apart, self.namespace_labels, *counts)


class InterPodAffinity(Plugin):
    """Filters by required terms, of the pod and against it; scores by preferred ones, its own and those of others.

    Arguments: `hardPodAffinityWeight` (1), what a required affinity of another pod for this one is worth in the score;
    `ignorePreferredTermsOfExistingPods`.
    """

    name = "InterPodAffinity"
    depends = "cluster"
    weight = 2
    relative = True
    resources = ("namespaces",)
    events = (
        "AssignedPod/Add",
        "AssignedPod/UpdatePodLabel",
        "AssignedPod/Delete",
        "UnschedulablePod/UpdatePodLabel",
        "Node/Add",
        "Node/UpdateNodeLabel",
    )

    def __init__(self, args: Obj | None = None) -> None:
        super().__init__(args)
        self.hard_weight = int(self.args.get("hardPodAffinityWeight", 1))
        self.ignores_others = bool(self.args.get("ignorePreferredTermsOfExistingPods", False))

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A pod that the rules are about now (or, for being apart, not any more), or a node with another topology value.

        As upstream, rules of other pods against this one are not thought of: their end is noticed after five minutes. Real
        Kubernetes looks at the labels of namespaces here; a namespace selector counts as matching.
        """
        near, apart = pod.terms.required, pod.terms.required_anti
        if event.startswith("Node/"):
            return new is not None and _node_helps(near, apart, old, new)
        if new is not None and new["metadata"]["uid"] == pod.uid:
            return True
        if old is None or event == "AssignedPod/UpdatePodLabel":
            comes = _may_match(near, new) and not _may_match(near, old)
            return comes or (old is not None and _may_match(apart, old) and not _may_match(apart, new))
        return _may_match(apart, old)

    def sign(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        """The terms with the namespaces that they mean now, and whether the pod is near itself."""
        if not pod.terms:
            return None
        given = (pod.terms.required, pod.terms.required_anti, pod.terms.preferred, pod.terms.preferred_anti)
        found = tuple([merged(terms, snapshot.lister) for terms in given])
        labels = namespace_labels(snapshot.lister, pod.namespace)
        return found, all(term.matches(pod.namespace, pod.labels, labels) for term in found[0])

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Count the pods that the rules are about by topology value."""
        lister = snapshot.lister
        near, apart = (merged(terms, lister) for terms in (pod.terms.required, pod.terms.required_anti))
        rules = Rules(near, apart, namespace_labels(lister, pod.namespace))
        for node in snapshot.nodes.values():
            for other in node.affine.values():
                _existing(rules, pod, other, node, 1)
            if near or apart:
                for other in node.pods.values():
                    _incoming(rules, other, node, 1)
        if not near and not apart and not rules.existing_counts:
            return skip()
        state.data[self.name] = rules
        return None

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count it, with its rules."""
        rules: Rules = state.data[self.name]
        _existing(rules, pod, other, node, 1)
        _incoming(rules, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Do not count it any more."""
        rules: Rules = state.data[self.name]
        _existing(rules, pod, other, node, -1)
        _incoming(rules, other, node, -1)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node where a rule does not hold."""
        rules: Rules = state.data[self.name]
        if not _near_enough(rules, pod, node):
            return Status(UNRESOLVABLE, [AFFINITY])
        if any(rules.apart_counts.get((term.key, node.labels.get(term.key)), 0) > 0 for term in rules.apart):
            return Status(UNSCHEDULABLE, [ANTI_AFFINITY])
        if any(node.labels.get(key) == value for key, value in rules.existing_counts):
            return Status(UNSCHEDULABLE, [EXISTING])
        return None

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> Status | None:
        """Add the weights of all preferences up by topology value; without any there is nothing to score."""
        terms, lister = pod.terms, snapshot.lister
        if self.ignores_others and not terms.prefers:
            return skip()
        own = merged(terms.preferred, lister) + tuple(
            replace(term, weight=-term.weight) for term in merged(terms.preferred_anti, lister)
        )
        labels, scores = namespace_labels(lister, pod.namespace), Pairs()
        for node in snapshot.nodes.values():
            for other in (node.pods if own else node.affine).values():
                for term in own:
                    _add(scores, term, other, node, term.weight, {})
                for term, weight in self.wishes(other):
                    _add(scores, term, pod, node, weight, labels)
        if not scores:
            return skip()
        state.data[f"{self.name}/score"] = scores
        return None

    def wishes(self, other: PodInfo) -> Iterable[tuple[Term, int]]:
        """What a pod that is there already thinks of pods that come: its terms and their worth."""
        terms = other.terms
        if self.hard_weight > 0:
            yield from ((term, self.hard_weight) for term in terms.required)
        yield from ((term, term.weight) for term in terms.preferred)
        yield from ((term, -term.weight) for term in terms.preferred_anti)

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """The weights of the node's topology values."""
        scores: Pairs = state.data[f"{self.name}/score"]
        return sum(weight for (key, value), weight in scores.items() if node.labels.get(key) == value)

    def normalized(self, score: int, smallest: int, largest: int) -> int:
        """Between the smallest and the largest."""
        return int(MAX_NODE_SCORE * ((score - smallest) / (largest - smallest))) if largest > smallest else 0


def namespace_labels(lister: Lister, namespace: str) -> Labels:
    """The labels of a namespace; none if it is not known."""
    found = lister.get("namespaces", namespace)
    labels: Labels = (found or {}).get("metadata", {}).get("labels") or {}
    return labels


def merged(terms: tuple[Term, ...], lister: Lister) -> tuple[Term, ...]:
    """Terms whose namespace selectors are replaced by the names of the namespaces; one that selects all stays."""
    return tuple(
        term if term.namespace_selector is None or not term.namespace_selector.requirements else _named(term, lister)
        for term in terms
    )


def _named(term: Term, lister: Lister) -> Term:
    selector = term.namespace_selector
    assert selector is not None
    names = [
        one["metadata"]["name"]
        for one in lister.objects("namespaces")
        if selector.matches(one["metadata"].get("labels") or {})
    ]
    return replace(term, namespaces=tuple(dict.fromkeys([*term.namespaces, *names])), namespace_selector=None)


def _existing(rules: Rules, pod: PodInfo, other: PodInfo, node: NodeInfo, change: int) -> None:
    """Anti-affinity of a pod that is there against the pod that comes."""
    for term in other.terms.required_anti:
        _add(rules.existing_counts, term, pod, node, change, rules.namespace_labels)


def _incoming(rules: Rules, other: PodInfo, node: NodeInfo, change: int) -> None:
    """A pod that is there and the rules of the pod that comes: only one that fits all of its affinities counts for them."""
    if rules.near and all(term.matches(other.namespace, other.labels, {}) for term in rules.near):
        for term in rules.near:
            _count(rules.near_counts, term.key, node, change)
    for term in rules.apart:
        _add(rules.apart_counts, term, other, node, change, {})


def _add(pairs: Pairs, term: Term, target: PodInfo, node: NodeInfo, change: int, labels: Labels) -> None:
    if term.matches(target.namespace, target.labels, labels):
        _count(pairs, term.key, node, change)


def _count(pairs: Pairs, key: str, node: NodeInfo, change: int) -> None:
    value = node.labels.get(key)
    if value is not None:
        pair = (key, value)
        pairs[pair] = pairs.get(pair, 0) + change
        if not pairs[pair]:
            del pairs[pair]


def _near_enough(rules: Rules, pod: PodInfo, node: NodeInfo) -> bool:
    """Whether the node has all the topology keys and, for each, a pod that is wanted near. The first pod of a group that wants
    to be near itself may go anywhere.
    """
    if any(term.key not in node.labels for term in rules.near):
        return False
    if all(rules.near_counts.get((term.key, node.labels[term.key]), 0) > 0 for term in rules.near):
        return True
    alone = not rules.near_counts
    return alone and all(term.matches(pod.namespace, pod.labels, rules.namespace_labels) for term in rules.near)


def _may_match(terms: tuple[Term, ...], pod: Obj | None) -> bool:
    """Whether a pod may be the one that all terms are about; there have to be some."""
    if pod is None or not terms:
        return False
    labels, namespace = pod["metadata"].get("labels") or {}, pod["metadata"]["namespace"]
    return all(
        term.selector is not None
        and term.selector.matches(labels)
        and (namespace in term.namespaces or term.namespace_selector is not None)
        for term in terms
    )


def _node_helps(near: tuple[Term, ...], apart: tuple[Term, ...], old: Obj | None, new: Obj) -> bool:
    """Whether a node came to a place where pods may be wanted, or left one where they are not."""
    after = new["metadata"].get("labels") or {}
    if old is None:
        return bool(apart) or any(term.key in after for term in near)
    before = old["metadata"].get("labels") or {}
    moved = {term.key for term in near + apart if before.get(term.key) != after.get(term.key)}
    return any(term.key in moved and term.key in after for term in near) or any(
        term.key in moved and term.key in before for term in apart
    )
