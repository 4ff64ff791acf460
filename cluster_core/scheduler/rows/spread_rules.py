"""PodTopologySpread for groups of nodes: what the plugin says of one node of a group, it says of all."""

from __future__ import annotations

from collections.abc import Mapping

from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.spread_constraints import HARD, HOSTNAME, SOFT, Constraint, has_all_keys
from cluster_core.scheduler.plugins.topology_spread import (
    NO_LABEL,
    REASON,
    PodTopologySpread,
    rounded,
    skewed,
    spread_score,
    spread_weight,
)
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.rows.domains import Domains, Part
from cluster_core.scheduler.rows.layout import Layout
from cluster_core.scheduler.rows.pod_index import Alike, PodIndex
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, Status

Parts = tuple[Part, ...]


class SpreadRules:
    """The constraints of a pod over the domains of a row."""

    def __init__(
        self, plugin: PodTopologySpread, pod: PodInfo, snapshot: Snapshot, layout: Layout, index: PodIndex
    ) -> None:
        self.plugin, self.pod = plugin, pod
        self.hard = plugin.constraints(pod, HARD, snapshot)
        self.soft = plugin.constraints(pod, SOFT, snapshot)
        self.strict = plugin.needs_all_keys(pod)
        self.domains = _rule_domains(self.hard, pod, layout, index)
        self.domains += _wish_domains(self.soft, pod, layout, index, self.strict)
        self.filters, self.refuses = True, bool(self.hard)
        self.scores = bool(self.soft)

    def refusal(self, parts: Parts) -> Status | None:
        """Why nodes of a group are refused."""
        for constraint, domains, part in zip(self.hard, self.domains, parts, strict=False):
            if part is None:
                return Status(UNRESOLVABLE, [NO_LABEL], self.plugin.name)
            if skewed(constraint, self.pod, domains.count(part), domains.least(constraint.min_domains)):
                return Status(UNSCHEDULABLE, [REASON], self.plugin.name)
        return None

    def normalized(self, sizes: Mapping[Parts, int]) -> dict[Parts, int]:
        """The scores of the groups that fit, 0…100, given how many nodes each has."""
        first = len(self.hard)
        eligible = [parts for parts in sizes if not self.strict or None not in parts[first:]]
        weights = [
            spread_weight(_size(constraint, domains, eligible, sizes, first + place))
            for place, (constraint, domains) in enumerate(zip(self.soft, self.domains[first:], strict=True))
        ]
        raw = {parts: self._raw(parts, weights) for parts in eligible}
        smallest, largest = min(raw.values(), default=0), max(raw.values(), default=0)
        scores = dict.fromkeys(sizes, 0)
        scores.update({parts: self.plugin.normalized(score, smallest, largest) for parts, score in raw.items()})
        return scores

    def _raw(self, parts: Parts, weights: list[float]) -> int:
        first, total = len(self.hard), 0.0
        for place, constraint in enumerate(self.soft):
            part = parts[first + place]
            if part is not None:
                count = self.domains[first + place].count(part)
                total += spread_score(count, constraint.max_skew, weights[place])
        return rounded(total)


def _rule_domains(rules: list[Constraint], pod: PodInfo, layout: Layout, index: PodIndex) -> list[Domains]:
    """Pods of nodes that have every topology key and that the node policies include."""
    found = []
    for rule in rules:
        included = [has_all_keys(node, rules) and rule.includes(pod, node) for node in layout.nodes]
        counts = index.counter(Alike(pod.namespace, rule.selector))
        found.append(Domains(layout, rule.key, counts, layout.is_unique(rule.key), included))
    return found


def _wish_domains(
    wishes: list[Constraint], pod: PodInfo, layout: Layout, index: PodIndex, strict: bool
) -> list[Domains]:
    """As with rules; but over host names the pods of every node count, and not every key is needed if it is not `strict`."""
    found = []
    for wish in wishes:
        counts, included, own = index.counter(Alike(pod.namespace, wish.selector)), None, True
        if wish.key != HOSTNAME:
            own = layout.is_unique(wish.key)
            needed = wishes if strict else [wish]
            included = [has_all_keys(node, needed) and wish.includes(pod, node) for node in layout.nodes]
        found.append(Domains(layout, wish.key, counts, own, included))
    return found


def _size(
    constraint: Constraint, domains: Domains, eligible: list[Parts], sizes: Mapping[Parts, int], place: int
) -> int:
    """How many values of the topology key the nodes that fit have; "none" is one."""
    if constraint.key == HOSTNAME:
        return sum(sizes[parts] for parts in eligible)
    if not domains.own:
        return len({parts[place] for parts in eligible})
    given = sum(sizes[parts] for parts in eligible if parts[place] is not None)
    return given + any(parts[place] is None for parts in eligible)
