"""Judgements that are kept: one row per kind of pod, in which only the nodes that changed are judged again.

Pods with the same signature get the same verdict of every plugin on every node, so a Deployment of 1,000 pods costs one
full table and 1,000 corrections of one column. Plugins that look at other nodes' pods see groups of nodes: their counts are kept
by topology value. The plugins stay the specification: `schedule_one` judges every node, and both choose the same node by the same
draw. Upstream has the beginning of it: KEP-5598, opportunistic batching.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.scheduler.affinity_terms import Labels
from cluster_core.scheduler.framework import UNSIGNABLE, CycleState, overrides
from cluster_core.scheduler.node_cache import NodeCache, NodeChange
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.inter_pod_affinity import InterPodAffinity, namespace_labels
from cluster_core.scheduler.plugins.topology_spread import PodTopologySpread
from cluster_core.scheduler.pod_info import PodInfo, Signature
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.rows.affinity_rules import carried_against
from cluster_core.scheduler.rows.choice import Choice
from cluster_core.scheduler.rows.layout import Layout
from cluster_core.scheduler.rows.pod_index import COUNTERS_MAX, Carried, PodIndex
from cluster_core.scheduler.rows.row import Row
from cluster_core.scheduler.schedule_one import TABLE_MAX, Verdict, nodes_to_find, schedule_one

ROWS_MAX = 128
KNOWN = (PodTopologySpread, InterPodAffinity)


class ScoreRows:
    """The rows of a scheduler. They are made of the node cache alone, so a checkpoint leaves them out."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._signers = [plugin for plugin in profile.plugins if overrides(plugin, "sign")]
        self._affinity = next((plugin for plugin in profile.plugins if isinstance(plugin, InterPodAffinity)), None)
        self._ordered = _in_order(profile)
        self._forget()

    def __getstate__(self) -> dict[str, Any]:
        """Without the rows."""
        return {"profile": self.profile}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["profile"])  # type: ignore[misc]

    def schedule(
        self, pod: PodInfo, cache: NodeCache, now: int, draw: Callable[[int], int], start: int = 0
    ) -> tuple[Verdict, CycleState]:
        """Choose a node for a pod, as `schedule_one` does; so does it itself where no row can stand for the pod, and where no
        node fits. The state of a pod that a row stood for is empty.
        """
        snapshot = cache.snapshot()
        row = self._row(pod, cache, snapshot)
        if row is not None:
            choice = Choice(row, start, nodes_to_find(self.profile.percentage, row.layout.total))
            if choice.feasible:
                return _verdict(pod, row, choice, snapshot, now, draw), CycleState()
        return schedule_one(pod, snapshot, self.profile, now, draw, start)

    def _forget(self) -> None:
        self._rows: dict[Signature, Row] = {}
        self._layout: Layout | None = None
        self._index: PodIndex | None = None
        self._against: dict[Any, tuple[int, Labels, Carried]] = {}
        self._epoch = -1
        self._change = 0

    def _row(self, pod: PodInfo, cache: NodeCache, snapshot: Snapshot) -> Row | None:
        """The row that stands for the pod, brought up to date; None if it has to be judged alone."""
        if not self._ordered or not snapshot.nodes or pod.nominated_node:
            return None
        if any(other.priority >= pod.priority for coming in snapshot.nominated.values() for other in coming):
            return None
        signs = tuple([plugin.sign(pod, snapshot) for plugin in self._signers])
        if UNSIGNABLE in signs:
            return None
        layout, index = self._follow(cache, snapshot)
        carried = self._carried(pod, snapshot, index)
        key = (pod.signature, signs, carried)
        row = self._rows.pop(key, None)
        changes = cache.changed_since(row.change) if row is not None else None
        if row is None or changes is None or not row.catch_up(pod, snapshot, changes):
            row = Row(pod, snapshot, self.profile, layout, index, carried)
        row.change = cache.changes
        self._rows[key] = row
        while len(self._rows) > ROWS_MAX:
            del self._rows[next(iter(self._rows))]
        return row if row.usable else None

    def _carried(self, pod: PodInfo, snapshot: Snapshot, index: PodIndex) -> Carried:
        """The terms of other pods that mean this one; looked for again when there are new terms, or labels of its namespace."""
        if self._affinity is None or (not index.terms and not pod.terms):
            return ()
        labels = namespace_labels(snapshot.lister, pod.namespace)
        key = (pod.namespace, tuple(pod.labels.items()), pod.terms)
        known = self._against.get(key)
        if known is None or known[0] != index.terms or known[1] != labels:
            found = carried_against(self._affinity, pod, snapshot, index)
            if len(self._against) >= COUNTERS_MAX:
                self._against.clear()
            known = self._against[key] = (index.terms, labels, found)
        return known[2]

    def _follow(self, cache: NodeCache, snapshot: Snapshot) -> tuple[Layout, PodIndex]:
        """What is known of all nodes together, brought up to date."""
        changes = cache.changed_since(self._change) if self._epoch == cache.epoch else None
        full = self._index is not None and len(self._index) > COUNTERS_MAX
        if self._layout is None or self._index is None or changes is None or full:
            self._forget()
            self._layout, self._index = Layout(snapshot), PodIndex(snapshot.nodes)
            changes = []
        for change in changes:
            self._tell(self._layout, self._index, change, snapshot)
        self._epoch, self._change = cache.epoch, cache.changes
        return self._layout, self._index

    @staticmethod
    def _tell(layout: Layout, index: PodIndex, change: NodeChange, snapshot: Snapshot) -> None:
        place = layout.position[change.name]
        if change.pod is None:
            layout.replace(place, snapshot.nodes[change.name])
        else:
            index.apply(change)
            layout.refresh(place)


def _verdict(
    pod: PodInfo, row: Row, choice: Choice, snapshot: Snapshot, now: int, draw: Callable[[int], int]
) -> Verdict:
    verdict = Verdict(pod.key, now, nodes=row.layout.total, feasible=choice.feasible, looked_at=choice.looked_at)
    place = choice.nth(0 if choice.feasible == 1 or choice.ties == 1 else draw(choice.ties))
    verdict.node, names = row.layout.names[place], row.layout.names
    verdict.refused.total = row.layout.total
    small = row.layout.total <= TABLE_MAX
    if small:
        for one in choice.places():
            refusal = choice.refusal(one)
            if refusal is not None:
                verdict.refused.said[names[one]] = refusal
    if choice.feasible > 1:
        verdict.ties = choice.ties
        shown = [one for one in choice.places() if choice.refusal(one) is None] if small else [place]
        for one in shown:
            verdict.totals[names[one]] = choice.total(one)
            verdict.scores[names[one]] = _scores(pod, row, choice, one, snapshot)
        verdict.tied = [names[one] for one in shown if choice.total(one) == choice.best]
    return verdict


def _scores(pod: PodInfo, row: Row, choice: Choice, place: int, snapshot: Snapshot) -> dict[str, int]:
    """The weighted scores of a node; those of 0 are left out."""
    weights = row.profile.weights
    scores = {
        plugin.name: weights[plugin.name] * score
        for plugin, score in row.scores_of(pod, place, snapshot)
        if not plugin.relative
    }
    return {name: score for name, score in (scores | choice.scores(place)).items() if score}


def _in_order(profile: Profile) -> bool:
    """Whether the plugins that look at a Node alone filter first and those that look at other nodes last, as they do in rows, and
    whether rows know the latter.
    """
    if any(plugin.depends == "cluster" and not isinstance(plugin, KNOWN) for plugin in profile.plugins):
        return False
    ranks = [("node", "usage", "pods", "cluster").index(plugin.depends) for plugin in profile.filters]
    ranks = [1 if rank == 2 else rank for rank in ranks]
    return ranks == sorted(ranks)
