"""InterPodAffinity for groups of nodes: what the plugin says of one node of a group, it says of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.inter_pod_affinity import (
    AFFINITY,
    ANTI_AFFINITY,
    EXISTING,
    InterPodAffinity,
    merged,
    namespace_labels,
)
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.rows.domains import Domains, Part
from cluster_core.scheduler.rows.layout import Layout
from cluster_core.scheduler.rows.pod_index import Carried, Counts, PodIndex, Wanted, terms_carried
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, Status

Parts = tuple[Part, ...]


def carried_against(plugin: InterPodAffinity, pod: PodInfo, snapshot: Snapshot, index: PodIndex) -> Carried:
    """The terms of pods that are there, or once were, which mean this pod: rules, and preferences with their worth. Its own are
    among them from the beginning, because others like it will have them.
    """
    labels = namespace_labels(snapshot.lister, pod.namespace)
    known = [("rule", term, 0) for term, _ in index.carried["rule"]]
    if not plugin.ignores_others or pod.terms.prefers:
        known += [("wish", term, weight) for term, weight in index.carried["wish"]]
    found = [
        one
        for one in dict.fromkeys([*terms_carried(pod), *known])
        if one[1].matches(pod.namespace, pod.labels, labels) and (one[2] or one[0] == "rule" or plugin.hard_weight)
    ]
    return tuple(found)


class AffinityRules:
    """The terms of a pod, and those of others against and for it, over the domains of a row."""

    def __init__(
        self,
        plugin: InterPodAffinity,
        pod: PodInfo,
        snapshot: Snapshot,
        layout: Layout,
        index: PodIndex,
        carried: Carried,
    ) -> None:
        self.plugin, self.domains = plugin, list[Domains]()
        self._layout = layout
        lister, terms = snapshot.lister, pod.terms
        near = merged(terms.required, lister)
        labels = namespace_labels(lister, pod.namespace)
        self.fits_itself = all(term.matches(pod.namespace, pod.labels, labels) for term in near)
        self.near = [self._watch(term.key, index.counter(Wanted(near))) for term in near]
        apart = merged(terms.required_anti, lister)
        self.apart = [self._watch(term.key, index.counter(Wanted((term,)))) for term in apart]
        rules = [term for kind, term, _ in carried if kind == "rule"]
        self.existing = [self._watch(term.key, index.carriers("rule", term, 0)) for term in rules]
        self.wishes = [
            (self._watch(term.key, index.counter(Wanted((term,)))), sign * term.weight)
            for given, sign in ((terms.preferred, 1), (terms.preferred_anti, -1))
            for term in merged(given, lister)
        ]
        for kind, term, weight in carried:
            if kind == "wish":
                place = self._watch(term.key, index.carriers("wish", term, weight))
                self.wishes.append((place, weight or plugin.hard_weight))
        self.filters, self.refuses = True, bool(self.near or self.apart or self.existing)
        self.scores = bool(self.wishes)

    def refusal(self, parts: Parts) -> Status | None:
        """Why nodes of a group are refused."""
        if not self._near_enough(parts):
            return Status(UNRESOLVABLE, [AFFINITY], self.plugin.name)
        if any(self._pods(place, parts) for place in self.apart):
            return Status(UNSCHEDULABLE, [ANTI_AFFINITY], self.plugin.name)
        if any(self._pods(place, parts) for place in self.existing):
            return Status(UNSCHEDULABLE, [EXISTING], self.plugin.name)
        return None

    def normalized(self, sizes: Mapping[Parts, int]) -> dict[Parts, int]:
        """The scores of the groups that fit, 0…100."""
        raw = {parts: sum(weight * self._pods(place, parts) for place, weight in self.wishes) for parts in sizes}
        smallest, largest = min(raw.values(), default=0), max(raw.values(), default=0)
        return {parts: self.plugin.normalized(score, smallest, largest) for parts, score in raw.items()}

    def _near_enough(self, parts: Parts) -> bool:
        if any(parts[place] is None for place in self.near):
            return False
        if all(self._pods(place, parts) for place in self.near):
            return True
        return self.fits_itself and not any(self.domains[place].all for place in self.near)

    def _pods(self, place: int, parts: Parts) -> int:
        part: Any = parts[place]
        return 0 if part is None else self.domains[place].count(part)

    def _watch(self, key: str, counts: Counts) -> int:
        """The place of a new domain among the parts."""
        layout = self._layout
        self.domains.append(Domains(layout, key, counts, layout.is_unique(key)))
        return len(self.domains) - 1
