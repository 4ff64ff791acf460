"""How many pods of each node match a selector, kept in step with the cache: one look at a pod that comes or goes, not at all pods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cluster_core.api.selector import Selector
from cluster_core.scheduler.affinity_terms import Term
from cluster_core.scheduler.node_cache import NodeChange
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo

Pivot = tuple[str, str, str]
"""(namespace, label, value): pods without it cannot match."""

COUNTERS_MAX = 1024


class Match(Protocol):
    """Which pods are counted: plain, hashable, and true or false for good."""

    @property
    def pivot(self) -> Pivot | None:
        """What every pod that matches has, if there is such a thing."""

    def matches(self, pod: PodInfo) -> bool:
        """Whether a pod is counted."""


@dataclass(frozen=True, slots=True)
class Alike(Match):
    """Pods of a namespace with certain labels that are not being deleted: those that topology spread counts."""

    namespace: str
    selector: Selector | None

    @property
    def pivot(self) -> Pivot | None:
        """An equality that the selector asks for."""
        return _pivot((self.namespace,), self.selector)

    def matches(self, pod: PodInfo) -> bool:
        """By namespace, labels and life."""
        if self.selector is None or pod.namespace != self.namespace or pod.terminating:
            return False
        return self.selector.matches(pod.labels)


@dataclass(frozen=True, slots=True)
class Wanted(Match):
    """Pods that fit all of these terms, whose namespace selectors are resolved."""

    terms: tuple[Term, ...]

    @property
    def pivot(self) -> Pivot | None:
        """An equality that the first term asks for."""
        first = self.terms[0]
        return _pivot(first.namespaces, first.selector) if first.namespace_selector is None else None

    def matches(self, pod: PodInfo) -> bool:
        """By every term."""
        return all(term.matches(pod.namespace, pod.labels, {}) for term in self.terms)


Carried = tuple[tuple[str, Term, int], ...]
"""Terms of pods: ("rule" or "wish", term, worth)."""

Counts = dict[str, int]
"""Number of pods by node, without zeros."""


class PodIndex:
    """Counters by what they count, and the terms that pods carry (anti-affinity rules; preferences with their worth). `nodes` are
    those of the snapshot, which is kept up to date.
    """

    def __init__(self, nodes: dict[str, NodeInfo]) -> None:
        self.carried: dict[str, dict[tuple[Term, int], Counts]] = {"rule": {}, "wish": {}}
        self._counters: dict[Match, Counts] = {}
        self._by_pivot: dict[Pivot | None, list[Match]] = {}
        self._pods: dict[Pivot, dict[str, tuple[str, PodInfo]]] = {}
        self._nodes = nodes
        for node in nodes.values():
            for pod in node.pods.values():
                self.apply(NodeChange(node.name, pod, 1))

    def __len__(self) -> int:
        return len(self._counters)

    @property
    def terms(self) -> int:
        """How many different terms pods have or had."""
        return len(self.carried["rule"]) + len(self.carried["wish"])

    def counter(self, match: Match) -> Counts:
        """The pods that match, by node; kept up to date."""
        counts = self._counters.get(match)
        if counts is None:
            counts = self._counters[match] = {}
            self._by_pivot.setdefault(match.pivot, []).append(match)
            for name, pod in self._candidates(match):
                if match.matches(pod):
                    counts[name] = counts.get(name, 0) + 1
        return counts

    def carriers(self, kind: str, term: Term, weight: int) -> Counts:
        """The pods that carry a term, by node; kept up to date."""
        return self.carried[kind].setdefault((term, weight), {})

    def apply(self, change: NodeChange) -> None:
        """A pod came to a node or left it."""
        name, pod, sign, _ = change
        if pod is None:
            return
        for label, value in pod.labels.items():
            pivot = (pod.namespace, label, value)
            there = self._pods.setdefault(pivot, {})
            if sign > 0:
                there[pod.uid] = (name, pod)
            else:
                there.pop(pod.uid, None)
            self._tell(pivot, change, pod)
        self._tell(None, change, pod)
        if pod.terms:
            self._carry(change, pod)

    def _tell(self, pivot: Pivot | None, change: NodeChange, pod: PodInfo) -> None:
        for match in self._by_pivot.get(pivot, ()):
            if match.matches(pod):
                _count(self._counters[match], change)

    def _carry(self, change: NodeChange, pod: PodInfo) -> None:
        for kind, term, weight in terms_carried(pod):
            _count(self.carriers(kind, term, weight), change)

    def _candidates(self, match: Match) -> Iterable[tuple[str, PodInfo]]:
        if match.pivot is not None:
            return self._pods.get(match.pivot, {}).values()
        return ((node.name, pod) for node in self._nodes.values() for pod in node.pods.values())


def terms_carried(pod: PodInfo) -> list[tuple[str, Term, int]]:
    """What a pod thinks of pods that come: rules; and wishes with their worth (0: what the profile gives to a required affinity)."""
    terms = pod.terms
    found = [("rule", term, 0) for term in terms.required_anti]
    found += [("wish", term, 0) for term in terms.required]
    found += [("wish", term, term.weight) for term in terms.preferred]
    found += [("wish", term, -term.weight) for term in terms.preferred_anti]
    return found


def _count(counts: Counts, change: NodeChange) -> None:
    left = counts.get(change.name, 0) + change.sign
    if left:
        counts[change.name] = left
    else:
        counts.pop(change.name, None)


def _pivot(namespaces: tuple[str, ...], selector: Selector | None) -> Pivot | None:
    if len(namespaces) != 1 or selector is None:
        return None
    for label, operator, values in selector.requirements:
        if operator == "In" and len(values) == 1:
            return (namespaces[0], label, values[0])
    return None
